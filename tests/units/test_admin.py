"""The access administrator's tables: people and grants go through the verbs, with refusals and record."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.messages import get_messages

from audit.models import Record
from people.models import Person
from units.models import Grant

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def admin(signed_in, access_admin):
    return signed_in(access_admin)


def said(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_a_person_is_added_with_a_password_that_is_shown_once(company, admin, access_admin):
    answer = admin.post("/admin/people/person/add/", {"name": "Nora New", "email": ""})

    nora = Person.objects.get(name="Nora New")
    shown = next(message for message in said(answer) if "One-time password" in message)
    assert nora.check_password(shown.rsplit(" ", 1)[-1])
    assert nora.must_change_password
    assert list(Record.objects.values_list("actor", "verb", "target_id")) == [
        (f"person:{access_admin.pk}", "people.person.added", str(nora.pk))
    ]


def test_a_person_who_leaves_is_deactivated_with_a_record(company, admin, retail_lead):
    admin.post(f"/admin/people/person/{retail_lead.pk}/change/", {"name": retail_lead.name, "email": retail_lead.email})

    retail_lead.refresh_from_db()
    assert not retail_lead.is_active
    assert list(Record.objects.values_list("verb", flat=True)) == ["people.person.deactivated"]


def test_nobody_deactivates_himself_and_the_sentence_is_shown(company, admin, access_admin):
    answer = admin.post(f"/admin/people/person/{access_admin.pk}/change/", {"name": access_admin.name, "email": ""})

    access_admin.refresh_from_db()
    assert access_admin.is_active
    assert said(answer) == ["Nobody deactivates himself: ask another access administrator."]


def test_a_role_is_granted_on_a_unit(company, admin, stranger, access_admin):
    terms = {"person": stranger.pk, "role": "unit_leader", "unit": company.retail.pk}
    answer = admin.post("/admin/units/grant/add/", terms)

    grant = Grant.objects.get(person=stranger)
    assert (grant.role, grant.unit, grant.granted_by) == ("unit_leader", company.retail, f"person:{access_admin.pk}")
    assert list(Record.objects.values_list("verb", "unit_id")) == [("units.grant.given", company.retail.pk)]
    assert "Stan Stranger, unit leader of RETAIL Retail" in said(answer)[0]


def test_a_form_and_a_filter_offer_people_by_name_and_units_as_in_the_tree(
    company, admin, stranger, retail_lead, access_admin
):
    stranger.name = "Aaron First"  # a row that is written again stands last in a database's own order
    stranger.save()
    offered = admin.get("/admin/units/grant/add/").context["adminform"].form.fields
    people = [person.name for person in offered["person"].queryset]
    units = [unit.left for unit in offered["unit"].queryset]
    filtered = admin.get("/admin/units/grant/").context["cl"].filter_specs[1].lookup_choices

    assert people == sorted(people) and people[0] == "Aaron First"
    assert units == sorted(units) and [key for key, _ in filtered] == [unit.pk for unit in offered["unit"].queryset]


def test_roles_that_may_not_meet_are_refused_with_the_sentence(company, admin, finance_admin):
    answer = admin.post("/admin/units/grant/add/", {"person": finance_admin.pk, "role": "approver", "unit": ""})

    assert said(answer) == ["Fiona Finance is finance administrator: that and approver may not meet in one person."]
    assert Grant.objects.filter(person=finance_admin).count() == 1
    assert not Record.objects.exists()


def test_roles_are_ended_by_the_action_of_the_list_for_a_reason(company, admin, retail_lead):
    grant = Grant.objects.get(person=retail_lead)

    chosen = {"action": "end_roles", "_selected_action": [grant.pk]}

    assert said(admin.post("/admin/units/grant/", chosen))[0].startswith("A role is ended for a reason")
    answer = admin.post("/admin/units/grant/", chosen | {"reason": " moved on "})

    grant.refresh_from_db()
    assert grant.ends is not None
    assert list(Record.objects.values_list("verb", "reason")) == [("units.grant.ended", "moved on")]
    assert said(answer)[-1] == "Rita Retail, unit leader of RETAIL Retail: this role has ended."


def test_a_forgotten_password_is_replaced_by_the_action_of_the_list(company, admin, retail_lead):
    answer = admin.post("/admin/people/person/", {"action": "give_new_password", "_selected_action": [retail_lead.pk]})

    retail_lead.refresh_from_db()
    assert retail_lead.check_password(said(answer)[0].rsplit(" ", 1)[-1])
    assert list(Record.objects.values_list("verb", flat=True)) == ["people.password.set"]


def test_a_lost_second_factor_is_removed_by_the_action_of_the_list_for_a_reason(
    company, admin, access_admin, retail_lead, wholesale_lead
):
    TOTP.activate(retail_lead, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    chosen = {"action": "remove_factor", "_selected_action": [retail_lead.pk, wholesale_lead.pk]}

    without = said(admin.post("/admin/people/person/", chosen))
    assert len(without) == 2
    assert without[0].startswith("A second factor is removed for a reason")
    assert Authenticator.objects.count() == 1
    answer = admin.post("/admin/people/person/", {**chosen, "reason": "telephone stolen"})

    assert not Authenticator.objects.exists()
    assert said(answer)[-2:] == [
        "Rita Retail signs in with the password alone now.",
        "Walter Wholesale has no second factor.",
    ]
    assert list(Record.objects.values_list("actor", "verb", "target_id", "reason")) == [
        (f"person:{access_admin.pk}", "people.factor.removed", str(retail_lead.pk), "telephone stolen")
    ]


def test_the_list_of_people_says_who_has_a_second_factor(company, admin, retail_lead):
    TOTP.activate(retail_lead, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")

    rows = {
        person.name: person.has_second_factor for person in admin.get("/admin/people/person/").context["cl"].result_list
    }

    assert rows == {"Agnes Access": False, "Rita Retail": True}


def test_who_starts_in_the_administration_is_led_to_the_own_account_and_not_in_a_circle(
    company, admin, signed_in, finance_admin
):
    here, there = (client.get("/admin/").content.decode() for client in (admin, signed_in(finance_admin)))

    assert 'href="/account/"' in here
    assert "Back to Plumbline" not in here
    assert '<a href="/">Back to Plumbline</a>' in there
    assert 'href="/account/"' in there


def test_entries_are_spelt_like_the_word(company, signed_in, finance_admin):
    assert ">Entries</a>" in signed_in(finance_admin).get("/admin/").content.decode()


def test_the_admin_has_no_sign_in_of_its_own(company, client):
    assert client.get("/admin/login/").url == "/account/login/"
    assert client.post("/admin/login/", {"username": "x", "password": "x"}).url == "/account/login/"


def test_groups_and_addresses_of_other_packages_are_no_tables_here(company, admin):
    tables = {model["object_name"] for app in admin.get("/admin/").context["app_list"] for model in app["models"]}

    assert tables == {"Person", "Grant", "Unit", "Deputy"}
