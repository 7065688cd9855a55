"""Which parameters of its address a page looks at: one that it never asks for cannot change its answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.core.handlers.wsgi import WSGIRequest, get_bytes_from_wsgi
from django.http import QueryDict
from django.template import Template
from django.utils.functional import cached_property

EVERYTHING = "*"
"""Noted in place of a name where a page copies its parameters, or takes them as the text they came in."""
ADDRESS = "/"
"""Noted in place of a name where a page names its own address, parameters and all, as a link or a key does."""
NAMES = "?"
"""Noted in place of a name where a page counts or lists which parameters there are, whatever they say."""


class WatchedQuery(QueryDict):
    """The parameters of a request, which note what is asked of them, whether they are there or not."""

    def __init__(self, *args: Any, **more: Any) -> None:
        self.asked: set[str] = set()
        super().__init__(*args, **more)

    def __getitem__(self, name: str) -> Any:
        self.asked.add(name)
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        self.asked.add(str(name))
        return super().__contains__(name)

    def _getlist(self, name: str, *args: Any, **more: Any) -> Any:
        self.asked.add(name)
        return super()._getlist(name, *args, **more)

    def __iter__(self) -> Iterator[str]:
        self.asked.add(NAMES)
        return super().__iter__()

    def __len__(self) -> int:
        self.asked.add(NAMES)
        return super().__len__()

    def keys(self) -> Any:
        self.asked.add(NAMES)
        return super().keys()

    def lists(self) -> Any:
        self.asked.add(EVERYTHING)
        return super().lists()


class WatchedEnvironment(dict[str, Any]):
    """What a server hands over; its text of the parameters is all of them."""

    def __init__(self, environment: dict[str, Any], asked: set[str]) -> None:
        super().__init__(environment)
        self.asked = asked

    def __getitem__(self, name: str) -> Any:
        self._note(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self._note(name)
        return super().get(name, default)

    def _note(self, name: str) -> None:
        if name == "QUERY_STRING":
            self.asked.add(EVERYTHING)


class WatchedRequest(WSGIRequest):
    """A request that knows afterwards in `asked` which parameters it was asked for."""

    def __init__(self, environ: dict[str, Any]) -> None:
        self.asked: set[str] = set()
        super().__init__(environ)
        self.META = WatchedEnvironment(environ, self.asked)

    @cached_property
    def GET(self) -> WatchedQuery:
        query = WatchedQuery(get_bytes_from_wsgi(self.environ, "QUERY_STRING", ""), encoding=self.encoding)
        query.asked = self.asked  # from here on: what filled the query was not the page
        return query

    def get_full_path(self, force_append_slash: bool = False) -> str:
        noted = self.asked & {EVERYTHING}
        address = super().get_full_path(force_append_slash)
        self.asked.discard(EVERYTHING)
        self.asked |= noted | {ADDRESS}
        return address


@contextmanager
def watching() -> Iterator[None]:
    """Every request of a test client is a watched one."""
    with patch("django.test.client.WSGIRequest", WatchedRequest), unkept_contexts():
        yield


@contextmanager
def unkept_contexts() -> Iterator[None]:
    """Templates render as they do in the product: a test client has the context of each kept, copied, unread."""
    with patch.object(Template, "_render", lambda template, context: template.nodelist.render(context)):
        yield
