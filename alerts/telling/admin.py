"""Administration of how alerts are told: channels, letters that were given up, deputies of anybody.

Addresses and secrets are typed or made here and never shown again; the one sentence that holds a new secret is the
only place where it ever stands.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from alerts.actions import (
    ChannelRefused,
    DeputyRefused,
    NotDead,
    add_channel,
    change_channel,
    end_deputy,
    name_deputy,
    replay_letter,
    retire_channel,
    rotate_secret,
)
from alerts.models import Channel, Deputy, Letter
from units.admin import ReadOnlyAdmin, ReasonForm, ScopedAdmin, ScopedFilter
from units.scope import Scope

SHOWN_ONCE = "This is the secret of {name}. It is shown once: {secret}"


class ChannelForm(forms.ModelForm):
    """A channel as it is typed. The address goes in and never comes out."""

    url = forms.CharField(
        label="Address",
        max_length=2_000,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "off"}),
        required=False,
        help_text="https://… on the public internet. It is stored encrypted; empty leaves the one that is there.",
    )

    class Meta:
        model = Channel
        fields = ("name", "kind", "unit", "least")


@admin.register(Channel)
class ChannelAdmin(ScopedAdmin):
    """Where news of a part of the company goes besides mail."""

    form = ChannelForm
    action_form = ReasonForm
    list_display = ("name", "kind", "unit", "least", "host", "reader", "added", "retired")
    list_filter = ("kind", ("unit", ScopedFilter))
    list_select_related = ("unit", "reader")
    ordering = ("retired", "name")
    actions = ("rotate", "retire")
    refusals = (ChannelRefused,)
    choices_ability = "telling.manage"

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (
            ("name", "kind", "unit", "least", "url", "host", "reader")
            if obj
            else ("name", "kind", "unit", "least", "url")
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("kind", "unit", "host", "reader") if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        actor, at, given = Scope.of_request(request), timezone.now(), form.cleaned_data
        if change:
            change_channel(
                actor=actor, channel=obj, name=given["name"], least=given["least"], address=given["url"], at=at
            )
            return
        opened = add_channel(
            actor=actor,
            name=given["name"],
            kind=given["kind"],
            unit=given["unit"],
            least=given["least"],
            address=given["url"],
            at=at,
        )
        obj.pk = opened.channel.pk
        self._show(request, opened.channel, opened.secret)

    @admin.action(description="Make a new secret", permissions=["change"])
    def rotate(self, request: HttpRequest, channels: QuerySet[Channel]) -> None:
        for channel in channels:
            try:
                opened = rotate_secret(
                    actor=Scope.of_request(request),
                    channel=channel,
                    reason=request.POST.get("reason", ""),
                    at=timezone.now(),
                )
            except ChannelRefused as refused:
                self.message_user(request, str(refused), messages.ERROR)
            else:
                self._show(request, channel, opened.secret)

    @admin.action(description="Retire (needs a reason)", permissions=["change"])
    def retire(self, request: HttpRequest, channels: QuerySet[Channel]) -> None:
        reason = request.POST.get("reason", "")
        for channel in channels:
            try:
                retire_channel(actor=Scope.of_request(request), channel=channel, reason=reason, at=timezone.now())
            except ChannelRefused as refused:
                self.message_user(request, str(refused), messages.ERROR)
            else:
                self.message_user(request, f"{channel} is told nothing any more.", messages.SUCCESS)

    def _show(self, request: HttpRequest, channel: Channel, secret: str) -> None:
        if channel.kind == Channel.Kind.WEBHOOK:
            self.message_user(request, SHOWN_ONCE.format(name=channel.name, secret=secret))


@admin.register(Letter)
class LetterAdmin(ReadOnlyAdmin):
    """What was sent, what waits, and what was given up."""

    fields = ("recipient", "channel", "unit", "state", "packed", "due", "attempts", "sent", "error")
    action_form = ReasonForm
    list_display = ("packed", "recipient", "way", "unit", "state", "attempts", "due", "sent", "error")
    list_filter = ("state", ("unit", ScopedFilter))
    list_select_related = ("unit", "recipient", "channel")
    ordering = ("-pk",)
    actions = ("replay",)

    def has_replay_permission(self, request: HttpRequest) -> bool:
        return bool(Scope.of_request(request).may("telling.manage"))

    @admin.display(description="By")
    def way(self, letter: Letter) -> str:
        return letter.channel.name if letter.channel else "mail"

    @admin.action(description="Send again what was given up (needs a reason)", permissions=["replay"])
    def replay(self, request: HttpRequest, letters: QuerySet[Letter]) -> None:
        reason = request.POST.get("reason", "")
        for letter in letters:
            try:
                replay_letter(actor=Scope.of_request(request), letter=letter, reason=reason, at=timezone.now())
            except NotDead as refused:
                self.message_user(request, str(refused), messages.ERROR)
            else:
                self.message_user(request, "It is sent again.", messages.SUCCESS)


@admin.register(Deputy)
class DeputyAdmin(ScopedAdmin):
    """Who stands in for whom: named and ended, never changed."""

    fields = ("person", "deputy", "starts", "ends", "instead")
    action_form = ReasonForm
    list_display = ("person", "deputy", "starts", "ends", "instead")
    list_select_related = ("person", "deputy")
    search_fields = ("person__name", "deputy__name")
    ordering = ("person__name", "starts", "pk")
    actions = ("end",)
    refusals = (DeputyRefused,)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_end_permission(self, request: HttpRequest) -> bool:
        return bool(Scope.of_request(request).may("grants.manage"))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        made = name_deputy(
            actor=Scope.of_request(request),
            person=obj.person,
            deputy=obj.deputy,
            starts=obj.starts,
            ends=obj.ends,
            instead=obj.instead,
            at=timezone.now(),
        )
        obj.pk = made.pk

    @admin.action(description="End the chosen deputies", permissions=["end"])
    def end(self, request: HttpRequest, found: QuerySet[Deputy]) -> None:
        for deputy in found.select_related("person"):
            try:
                end_deputy(
                    actor=Scope.of_request(request),
                    deputy=deputy,
                    reason=request.POST.get("reason", ""),
                    at=timezone.now(),
                )
            except DeputyRefused as refused:
                self.message_user(request, str(refused), messages.ERROR)
