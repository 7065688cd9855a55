"""How the API's own description is served."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.generators import SchemaGenerator


class KeptSchema(SchemaGenerator):
    """The schema, made once in each process: it tells of routes and fields, never of rows, and is the same for all.

    `?version=` writes that word into it; such a one is made anew, or anybody could fill the memory.
    """

    _kept: ClassVar[dict[str, Any]] = {}

    def get_schema(self, request: Any = None, public: bool = False) -> dict[str, Any]:
        if self.api_version:
            return self._made(request, public)
        if not KeptSchema._kept:
            KeptSchema._kept = self._made(request, public)
        return KeptSchema._kept

    def _made(self, request: Any, public: bool) -> dict[str, Any]:
        made: dict[str, Any] = super().get_schema(request, public)  # type: ignore[no-untyped-call]  # has no types
        return made
