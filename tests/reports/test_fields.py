"""Choosing a unit: from a list while that can be read, by its code where it cannot."""

from __future__ import annotations

import pytest
from django import forms

from reports import fields
from reports.fields import UnitField, offer_units
from tests.company import Company
from units.models import Unit

pytestmark = pytest.mark.django_db


class Form(forms.Form):
    unit = UnitField(empty_label="All units", required=False)


def form(company: Company, asked: str | None = None, *, without: str = "") -> Form:
    found = Form(None if asked is None else {"unit": asked})
    offer_units(found, Unit.unscoped.filter(tree="").exclude(code=without).order_by("left"))
    return found


def test_units_are_listed_in_the_order_of_the_tree(company: Company):
    listed = form(company).as_p()
    assert "<select" in listed
    assert listed.index("All units") < listed.index("SHOPS ") < listed.index("WHOLESALE ")


def test_too_many_units_are_asked_for_by_their_code(company: Company, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(fields, "MOST_LISTED", 2)
    shown = form(company).as_p()
    assert "<select" not in shown
    assert "SHOPS" not in shown
    found = form(company, "SHOPS")
    assert found.is_valid()
    assert found.cleaned_data["unit"].code == "SHOPS"


@pytest.mark.parametrize("most", [2, 300])
@pytest.mark.parametrize("asked", ["WHOLESALE", "NOBODY", "'"])
def test_a_unit_that_was_not_offered_reads_like_one_that_is_not_there(
    company: Company, monkeypatch: pytest.MonkeyPatch, most: int, asked: str
):
    monkeypatch.setattr(fields, "MOST_LISTED", most)
    found = form(company, asked, without="WHOLESALE")
    assert not found.is_valid()
    assert found.errors["unit"] == ["There is no such unit. Its code is written as on the page of units."]


def test_a_list_and_a_choice_of_it_ask_once_and_a_code_that_is_typed_once_more(
    company: Company, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries
):
    with django_assert_num_queries(1):
        form(company).as_p()
    with django_assert_num_queries(1):
        assert form(company, "SHOPS").is_valid()
    monkeypatch.setattr(fields, "MOST_LISTED", 2)
    with django_assert_num_queries(2):
        assert form(company, "SHOPS").is_valid()
