"""What the doors of alerts share: a unit by its code, the reason of a deed, a refusal answered with its sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from units.models import Unit
from units.scope import Scope


class ReasonSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=500, help_text="Why; it goes into the record.")


@contextmanager
def refused_in_words(refusal: type[Exception]) -> Iterator[None]:
    """Do it, or answer 400 with the sentence that says why not."""
    try:
        yield
    except refusal as refused:
        raise ValidationError({"detail": str(refused)}) from refused


def unit_of(scope: Scope, code: str, ability: str) -> Unit:
    """A unit by its code; a foreign one is answered like an unknown one."""
    found: Unit | None = Unit.objects.within(scope, ability=ability).filter(code=code).first()
    if found is None:
        raise ValidationError({"unit": [f"There is no unit {code}."]})
    return found


def reason_of(request: Request) -> str:
    sent = ReasonSerializer(data=request.data)
    sent.is_valid(raise_exception=True)
    return str(sent.validated_data["reason"])
