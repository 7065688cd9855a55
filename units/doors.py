"""What every door of the API shares: an ability to enter, and filters that are an allow-list.

A name that is no filter is refused instead of ignored, so a misspelt filter never returns everything, and no
filter reaches across a relation that the reader may not follow: filters name codes and are answered within the
scope, where a foreign code finds what an unknown one finds, nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import mixins, permissions, viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from units.moments import EXAMPLES, moment
from units.scope import Scope

PAGING = frozenset({"cursor", "page_size"})
CODE = "[^/\\x00]+"
"""What a code in an address may be made of."""
BY_UNIT_AND_PERIOD = (("unit_id", "unit__code"), ("period__ordinal", "period__code"))
EMPTY = "This filter is empty. Give it a value, or leave it out."


class HoldsAbility(permissions.IsAuthenticated):
    """Signed in, and holding the ability the viewset names (`ability`, `figures.read` by default)."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not super().has_permission(request, view):
            return False
        scope = Scope.of_request(request)
        return bool(scope.may(getattr(view, "ability", "figures.read")))


class ScopedViewSet(viewsets.GenericViewSet):
    """A door for whoever holds the ability; what is read behind it is within the scope of the request."""

    permission_classes = (HoldsAbility,)

    @property
    def scope(self) -> Scope:
        return Scope.of_request(self.request)


class StoredRows(mixins.ListModelMixin, ScopedViewSet):
    """Rows kept by unit and period, listed by the codes of both and of what `page_by` adds."""

    page_by: tuple[tuple[str, str], ...] = BY_UNIT_AND_PERIOD


def refuse_unknown(names: Sequence[str] | set[str], *, known: Sequence[str] | set[str] = ()) -> None:
    """Go on, or answer 400 with every parameter that is no filter here."""
    unknown = set(names) - set(known) - PAGING
    if unknown:
        raise ValidationError({name: ["There is no such filter."] for name in sorted(unknown)})


class CodesField(forms.Field):
    """One or several codes."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> list[str]:
        return [forms.CharField(required=False, strip=False).clean(each) for each in value or ()]


@extend_schema_field({"type": "array", "items": {"type": "string"}})
class CodesFilter(filters.Filter):
    """Rows with one of these codes; repeat the parameter for several."""

    field_class = CodesField

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, lookup_expr="in", **options)

    def filter(self, qs: Any, value: list[str]) -> Any:
        return super().filter(qs, value) if value else qs


class FlagFilter(filters.TypedChoiceFilter):
    """Rows where this is true, or false; any other word is refused."""

    def __init__(self, *args: Any, **options: Any) -> None:
        choices = (("true", "true"), ("false", "false"))
        super().__init__(*args, choices=choices, coerce=lambda word: word == "true", **options)


class WholeFilter(filters.Filter):
    """Rows with this whole number."""

    field_class = forms.IntegerField


class MomentField(forms.Field):
    """A date (its end) or an ISO 8601 time."""

    def to_python(self, value: Any) -> datetime | None:
        if not value:
            return None
        found = moment(str(value))
        if found is None:
            raise forms.ValidationError(f"{EXAMPLES[0].upper()}{EXAMPLES[1:]}.")
        return found


@extend_schema_field(OpenApiTypes.STR)
class MomentFilter(filters.Filter):
    """As known at a moment."""

    field_class = MomentField


class StrictFilterSet(filters.FilterSet):
    """Refuses parameters it does not declare, an ordering nobody asked for, a second value where one counts, and none.

    `?unit=` is what a program sends that lost the code it meant: to answer with every unit, or with no row at all,
    would both hide that.
    """

    def is_valid(self) -> bool:
        refuse_unknown(set(self.data), known=set(self.filters))
        empty = [name for name in self.filters if not all(each.strip() for each in self.data.getlist(name))]
        if empty:
            raise ValidationError({name: [EMPTY] for name in empty})
        twice = [
            name
            for name, each in self.filters.items()
            if not isinstance(each, CodesFilter) and len(self.data.getlist(name)) > 1
        ]
        if twice:
            raise ValidationError({name: ["This filter takes one value."] for name in twice})
        return bool(super().is_valid())
