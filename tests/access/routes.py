"""Every route of the product, as the resolver knows it: pages, API and admin, named or not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote_plus

from django.urls import URLPattern, URLResolver, get_resolver

PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")


@dataclass(frozen=True)
class Route:
    """One address with its parameters: `units/<code>/`; what a regular expression adds is left out."""

    pattern: str
    name: str

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(re.findall(r"<(\w+)>", self.pattern))

    def address(self, values: Mapping[str, object]) -> str:
        """A path with these values in place of the parameters."""
        return "/" + re.sub(r"<(\w+)>", lambda match: str(values[match[1]]), self.pattern)


def routes(urlconf: str | None = None) -> list[Route]:
    """All routes, in the order in which the resolver tries them."""
    return [Route(_plain(pattern), name) for pattern, name in _walk(get_resolver(urlconf).url_patterns, "", "")]


def without_address(body: bytes, address: str) -> bytes:
    """A body without the address that was asked for, be it in plain text or a parameter of some link."""
    return body.replace(address.encode(), b"").replace(quote_plus(address).encode(), b"")


def _walk(patterns: list[URLPattern | URLResolver], above: str, space: str) -> Iterator[tuple[str, str]]:
    for entry in patterns:
        path = above + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield path, f"{space}{entry.name}" if entry.name else ""
        else:
            yield from _walk(entry.url_patterns, path, f"{entry.namespace}:" if entry.namespace else space)


def _plain(path: str) -> str:
    path = PARAMETER.sub(lambda match: f"<{match[1] or match[2]}>", path)
    return path.replace("^", "").replace("$", "").replace("\\.", ".").replace("\\Z", "")
