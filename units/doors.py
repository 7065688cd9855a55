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
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import get_current_timezone, make_aware
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import permissions
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

PAGING = frozenset({"cursor", "page_size"})
CODE = "[^/\\x00]+"
"""What a code in an address may be made of."""
EMPTY = "This filter is empty. Give it a value, or leave it out."


class HoldsAbility(permissions.IsAuthenticated):
    """Signed in, and holding the ability the viewset names (`ability`, `figures.read` by default)."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not super().has_permission(request, view):
            return False
        scope = request.scope  # type: ignore[attr-defined]
        return bool(scope.may(getattr(view, "ability", "figures.read")))


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
        text = str(value).replace(" ", "+")  # an unescaped plus of an address arrives as a space
        try:
            day, moment = parse_date(text), parse_datetime(text)
        except ValueError:
            day = moment = None
        if day is not None:
            return datetime(day.year, day.month, day.day, 23, 59, 59, 999_999, tzinfo=get_current_timezone())
        if moment is None:
            raise forms.ValidationError("A date such as 2026-10-09, or a time such as 2026-10-09T07:40:00+00:00.")
        return moment if moment.tzinfo else make_aware(moment)


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
