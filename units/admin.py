"""Administration of people and their roles, and the base of every table in the admin.

Whoever is an access administrator adds people and grants roles here; both go through the same verbs as
the command line, with their refusals and their record.
"""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from people.actions import (
    PersonRefused,
    add_person,
    change_person,
    deactivate_person,
    remove_second_factor,
    set_password,
)
from people.models import Person
from units.actions import GrantRefused, end_role, grant_role
from units.guard import GuardedQuerySet
from units.models import Grant, Unit
from units.scope import Scope


class ScopedFilter(admin.RelatedFieldListFilter):
    """A filter in the margin that offers only what the reader may see: `list_filter = [("unit", ScopedFilter)]`."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[Any]:
        rows = rows_for(field.related_model, request, getattr(model_admin, "choices_ability", None))
        return [(row.pk, str(row)) for row in rows.order_by(*self.field_admin_ordering(field, request, model_admin))]


class ScopedAdmin(admin.ModelAdmin):
    """A table of the admin as everything else: within the scope, changed by verbs, never deleted.

    Rows, choices of forms and filters keep to the scope; a foreign row and an absent one are both not
    found. Subclasses write in `save_model` by an action and name in `refusals` what it may raise: its
    sentence is shown and nothing is saved. Django's own log stays empty, because the record is ours.
    """

    actions: Any = None
    refusals: tuple[type[Exception], ...] = ()
    rows_ability: str | None = None  # another ability than the table's own to see its rows by
    choices_ability: str | None = None  # the same for rows of other tables in forms and filters

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = rows_for(self.model, request, self.rows_ability)
        ordering = self.get_ordering(request)
        return rows.order_by(*ordering) if ordering else rows

    def get_field_queryset(self, db: str | None, db_field: Any, request: HttpRequest) -> QuerySet[Any]:
        """What a form offers, in the order of the other table's own list: without one, each database has its own."""
        rows = rows_for(db_field.related_model, request, self.choices_ability)
        listed = super().get_field_queryset(db, db_field, request)
        return rows if listed is None else rows.order_by(*listed.query.order_by)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                return super().changeform_view(request, *args, **kwargs)
        except self.refusals as refused:
            self.message_user(request, str(refused), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Asked for the ability before the row is looked for, so that nobody learns which rows there are."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: Any) -> HttpResponse:
        raise Http404

    def log_addition(self, *args: Any, **kwargs: Any) -> Any:
        """Our record has it."""

    def log_change(self, *args: Any, **kwargs: Any) -> Any:
        """Our record has it."""


class ReadOnlyAdmin(ScopedAdmin):
    """A table to look at."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def rows_for(model: type[models.Model], request: HttpRequest, ability: str | None = None) -> QuerySet[Any]:
    """The rows of a table that this reader may see; all rows of a table without a guard."""
    rows = model._default_manager.all()
    if isinstance(rows, GuardedQuerySet):
        return rows.within(Scope.of_request(request), ability=ability)
    return rows


@admin.register(Unit)
class UnitAdmin(ReadOnlyAdmin):
    """The tree as it stands today; it is changed by importing the structure."""

    list_display = ("code", "name", "kind", "vertical", "region", "currency", "starts", "ends")
    ordering = ("left",)
    search_fields = ("code", "name")
    rows_ability = "admin.enter"


class PersonForm(forms.ModelForm):
    """Name, address and whether the door is open; a password is set by the action in the list."""

    class Meta:
        model = Person
        fields = ("name", "email", "is_active")


class ReasonForm(ActionForm):
    """The choice of an action, and why, for those that ask."""

    reason = forms.CharField(required=False, max_length=200, label="Reason:")


@admin.register(Person)
class PersonAdmin(ScopedAdmin):
    """The people of the company."""

    form = PersonForm
    action_form = ReasonForm
    list_display = ("name", "email", "is_active", "second_factor", "joined", "last_login")
    list_filter = ("is_active",)
    search_fields = ("name", "email")
    ordering = ("name",)
    actions = ("give_new_password", "remove_factor")
    refusals = (PersonRefused,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        enrolled = Authenticator.objects.filter(user_id=OuterRef("pk"))
        people: QuerySet[Any] = super().get_queryset(request).annotate(has_second_factor=Exists(enrolled))
        return people

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("name", "email", "is_active") if obj else ("name", "email")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        actor, at = Scope.of_request(request).actor, timezone.now()
        if not change:
            added = add_person(actor=actor, name=obj.name, email=obj.email, at=at)
            obj.pk = added.person.pk
            self._show(request, added.person, added.password)
            return
        person = Person.objects.get(pk=obj.pk)
        if person.is_active and not obj.is_active:
            deactivate_person(actor=actor, person=person, at=at)
        change_person(actor=actor, person=person, name=obj.name, email=obj.email, is_active=obj.is_active, at=at)

    @admin.action(description="Give a new one-time password", permissions=["change"])
    def give_new_password(self, request: HttpRequest, people: QuerySet[Person]) -> None:
        for person in people:
            actor = Scope.of_request(request).actor
            password = set_password(actor=actor, person=person, must_change=True, at=timezone.now())
            self._show(request, person, password)

    @admin.action(description="Remove a lost second factor (needs a reason)", permissions=["change"])
    def remove_factor(self, request: HttpRequest, people: QuerySet[Person]) -> None:
        actor, reason = Scope.of_request(request).actor, request.POST.get("reason", "")
        for person in people:
            try:
                remove_second_factor(actor=actor, person=person, at=timezone.now(), reason=reason)
            except PersonRefused as refused:
                self.message_user(request, str(refused), messages.ERROR)
            else:
                self.message_user(request, f"{person} signs in with the password alone now.", messages.SUCCESS)

    @admin.display(boolean=True, description="Second factor")
    def second_factor(self, person: Person) -> bool:
        has_one: bool = person.has_second_factor  # type: ignore[attr-defined]  # annotated by the queryset
        return has_one

    def _show(self, request: HttpRequest, person: Person, password: str) -> None:
        self.message_user(request, f"One-time password of {person.name}, shown only now: {password}")


@admin.register(Grant)
class GrantAdmin(ScopedAdmin):
    """Who is what, where, and until when. A grant is given and ended, never changed."""

    fields = ("person", "role", "unit", "ends")
    list_display = ("person", "role", "unit", "starts", "ends")
    list_filter = ("role", ("unit", ScopedFilter))
    search_fields = ("person__name",)
    ordering = ("person__name", "pk")
    list_select_related = ("person", "unit")
    action_form = ReasonForm
    actions = ("end_roles",)
    refusals = (GrantRefused,)
    choices_ability = "grants.manage"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_end_permission(self, request: HttpRequest) -> bool:
        return bool(Scope.of_request(request).may("grants.manage"))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        actor = Scope.of_request(request).actor
        grant = grant_role(
            actor=actor, person=obj.person, role=obj.role, unit=obj.unit, until=obj.ends, at=timezone.now()
        )
        obj.pk = grant.pk

    @admin.action(description="End the chosen roles (needs a reason)", permissions=["end"])
    def end_roles(self, request: HttpRequest, grants: QuerySet[Grant]) -> None:
        actor, reason = Scope.of_request(request).actor, request.POST.get("reason", "").strip()
        if not reason:
            self.message_user(
                request, "A role is ended for a reason: say which, it goes into the record.", messages.ERROR
            )
            return
        for grant in grants:
            try:
                end_role(actor=actor, grant=grant, at=timezone.now(), reason=reason)
            except GrantRefused as refused:
                self.message_user(request, f"{grant}: {refused}", messages.ERROR)
            else:
                self.message_user(request, f"{grant}: this role has ended.", messages.SUCCESS)
