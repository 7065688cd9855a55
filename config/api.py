"""What every part of the API shares: answers by orjson, sessions with CSRF, pages by key, how the schema says so."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.db.models import F, Q, QuerySet
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication, negotiation, pagination, renderers
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

Keys = tuple[tuple[str, str], ...]
"""Pairs of lookups: what rows are ordered by, and what a reader knows it as."""


class OrjsonRenderer(renderers.BaseRenderer):
    """JSON, rendered fast; decimals have been turned to text by the serializers."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> bytes:
        return b"" if data is None else orjson.dumps(data, option=orjson.OPT_NON_STR_KEYS, default=str)


class AlwaysJson(negotiation.BaseContentNegotiation):
    """JSON, whatever a caller says he accepts: there is nothing else, and a refusal would come before the door."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        return negotiation.DefaultContentNegotiation().select_parser(request, parsers)

    def select_renderer(self, request: Any, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class SessionAuthentication(authentication.SessionAuthentication):
    """Signed-in browsers; says `Session` so that an anonymous request is answered 401, not 403."""

    def authenticate_header(self, request: Any) -> str:
        return "Session"


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: the place of a row as a reader knows it, and how many rows of that place are past."""

    place: tuple[str | int, ...]
    past: int

    def written(self) -> str:
        return urlsafe_b64encode(orjson.dumps([*self.place, self.past])).decode().rstrip("=")

    @classmethod
    def read(cls, text: str, *, width: int) -> Cursor:
        """The cursor of a text; whatever is none is refused alike."""
        try:
            found = orjson.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        except ValueError as error:
            raise CursorRefused from error
        if not isinstance(found, list) or len(found) != width + 1 or not all(_is_plain(each) for each in found):
            raise CursorRefused
        *place, past = found
        if not isinstance(past, int) or not 0 <= past < 2**31:
            raise CursorRefused
        return cls(tuple(place), past)


class CursorRefused(ValidationError):
    """A cursor that leads nowhere, or nowhere any more."""

    def __init__(self) -> None:
        super().__init__({"cursor": ["This cursor leads nowhere; begin again without one."]})


class KeyPagination(pagination.BasePagination):
    """Pages that stay stable while rows arrive, and are as cheap at the end as at the beginning.

    A viewset says in `page_by` what its rows are ordered by and, beside it, the code a reader knows that by; left
    out it is the name in the address of a row. Only such codes stand in the link to the next page: a database id
    would tell how many rows of others lie between two of one's own.
    """

    page_size = 100
    max_page_size = 1_000

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> list[Any]:
        keys: Keys = getattr(view, "page_by", ((view.lookup_field, view.lookup_field),))
        size = self.get_page_size(request)
        names = {f"place_{i}": F(known_as) for i, (_, known_as) in enumerate(keys)}
        ordered = queryset.annotate(**names).order_by(*(order for order, _ in keys), "pk")
        start = self._start(request, width=len(keys))
        if start is not None:
            ordered = ordered.filter(_from(_order_of(start, queryset, keys), keys))
        past = 0 if start is None else start.past
        rows = list(ordered[past : past + size + 1])
        self.next = self._next(request, rows[:size], start, names) if len(rows) > size else None
        return rows[:size]

    def get_page_size(self, request: Any) -> int:
        """As many rows as asked for, within bounds; nonsense is refused."""
        asked = request.query_params.get("page_size")
        if asked is None:
            return self.page_size
        if not asked.isascii() or not asked.isdigit() or not 1 <= int(asked[:9]) <= self.max_page_size:
            raise ValidationError({"page_size": [f"A whole number from 1 to {self.max_page_size}."]})
        return int(asked)

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self.next, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {
            "type": "string",
            "format": "uri",
            "nullable": True,
            "description": "The next page; null on the last one.",
        }
        return {"type": "object", "required": ["next", "results"], "properties": {"next": link, "results": schema}}

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        size = {"type": "integer", "minimum": 1, "maximum": self.max_page_size, "default": self.page_size}
        return [
            _parameter("cursor", "Where a page begins, as the link to the next page has it.", {"type": "string"}),
            _parameter("page_size", "How many rows a page has.", size),
        ]

    def _start(self, request: Any, *, width: int) -> Cursor | None:
        text = request.query_params.get("cursor")
        return None if text is None else Cursor.read(text, width=width)

    def _next(self, request: Any, rows: Sequence[Any], start: Cursor | None, names: Mapping[str, Any]) -> str:
        places = [_place(row, names) for row in rows]
        past = sum(place == places[-1] for place in places)
        if start is not None and start.place == places[-1]:
            past += start.past
        cursor = Cursor(places[-1], past)
        return str(replace_query_param(request.build_absolute_uri(), "cursor", cursor.written()))


def _order_of(cursor: Cursor, queryset: QuerySet[Any], keys: Keys) -> tuple[Any, ...]:
    """What a cursor's codes are ordered by. Codes the reader may not see lead as little anywhere as unknown ones."""
    if all(order == known_as for order, known_as in keys):
        return cursor.place
    known = {known_as: code for (_, known_as), code in zip(keys, cursor.place, strict=True)}
    found: tuple[Any, ...] | None = queryset.filter(**known).order_by().values_list(*(o for o, _ in keys)).first()
    if found is None:
        raise CursorRefused
    return found


def _from(place: Sequence[Any], keys: Keys) -> Q:
    """Rows at a place or after it: `a > 1 or (a = 1 and b >= 2)`."""
    condition = Q()
    for (order, _), value in reversed(list(zip(keys, place, strict=True))):
        here = Q(**{order: value}) & condition if condition else Q(**{f"{order}__gte": value})
        condition = here if not condition else Q(**{f"{order}__gt": value}) | here
    return condition


def _place(row: Any, names: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] if isinstance(row, dict) else getattr(row, name) for name in names)


def _is_plain(value: object) -> bool:
    """A code or a small number, and nothing a database would choke on."""
    if isinstance(value, str):
        return "\x00" not in value
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**31


def _parameter(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers itself, untyped
    """How the schema describes the tokens of programs."""

    target_class = "units.tokens.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "description": "A token made with `manage.py token`: plb_…"}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers itself, untyped
    """How the schema describes signed-in browsers."""

    target_class = "config.api.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
