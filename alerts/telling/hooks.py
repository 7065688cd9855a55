"""Telling on channels: a signed webhook for programs, and what Slack and Teams take from theirs.

A webhook carries `Plumbline-Signature: t=SECONDS,v1=HEX`: HMAC-SHA256 of `SECONDS.BODY` with the channel's secret.
While a new secret is taken into use both sign, `v1` twice. `Idempotency-Key` is the letter's key, the same whenever it
is sent again.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings

from alerts.models import Channel, Letter
from alerts.telling.letters import Line, counted, one_line
from alerts.telling.posting import AddressRefused, post
from alerts.telling.strongbox import unlock

Payload = dict[str, Any]


class HookRefused(Exception):
    """Nothing was sent: the address leads where nothing is posted to. The sentence names no address."""


def send_on(channel: Channel, letter: Letter, lines: Sequence[Line], *, at: datetime) -> None:
    """Post a letter on its channel. Raises HookRefused, and OSError for what may work later."""
    body = json.dumps(PAYLOADS[channel.kind](letter, lines), ensure_ascii=False, separators=(",", ":")).encode()
    headers = {"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": letter.key}
    if channel.kind == Channel.Kind.WEBHOOK:
        headers["Plumbline-Signature"] = signature(body, secrets_of(channel, at=at), at=at)
    try:
        post(unlock(channel.address), body, headers)
    except AddressRefused as refused:
        raise HookRefused(str(refused)) from refused


def secrets_of(channel: Channel, *, at: datetime) -> list[str]:
    """The secrets that sign at a moment: the one in force, and the former while it lasts."""
    found = [channel.secret]
    if channel.former_secret and channel.former_until is not None and at < channel.former_until:
        found.append(channel.former_secret)
    return [unlock(each) for each in found]


def signature(body: bytes, secrets: Sequence[str], *, at: datetime) -> str:
    """What proves that a body is ours and when it was sent."""
    seconds = int(at.timestamp())
    signed = str(seconds).encode() + b"." + body
    proofs = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
    return ",".join([f"t={seconds}", *(f"v1={proof}" for proof in proofs)])


def as_webhook(letter: Letter, lines: Sequence[Line]) -> Payload:
    """For programs: codes, no figures."""
    return {
        "id": letter.key,
        "packed": letter.packed.isoformat(),
        "alerts": [
            {
                "news": line.template,
                "alert": line.id,
                "unit": line.unit.code,
                "unit_name": line.unit_name,
                "severity": line.severity,
                "shown_as": line.shown_severity,
                "ended_because": line.because,
                "link": line.address,
            }
            for line in lines
            if not line.is_gap
        ],
        "gaps": [
            {
                "news": line.template,
                "gap": line.id,
                "unit": line.unit.code,
                "unit_name": line.unit_name,
                "kind": line.kind,
                "source": line.source,
                "period": line.period,
                "ended_because": line.because,
                "link": line.address,
            }
            for line in lines
            if line.is_gap
        ],
    }


def as_slack(letter: Letter, lines: Sequence[Line]) -> Payload:
    """For Slack: a line each; what people called their units is no markup."""
    said = [
        f"*{_for_slack(line.words)}*: {_for_slack(line.unit_name)}, {_for_slack(line.about)}  <{line.address}|Open it>"
        for line in lines
    ]
    plain = f"Plumbline: {counted(lines)}"
    parts = [said[start : start + 20] for start in range(0, len(said), 20)]
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "\n".join(part)}} for part in parts]
    return {"text": plain, "blocks": blocks, "unfurl_links": False}


def as_teams(letter: Letter, lines: Sequence[Line]) -> Payload:
    """For a Teams workflow: an adaptive card of plain runs of text, in which nothing is markup."""
    said: list[Payload] = [
        {
            "type": "RichTextBlock",
            "inlines": [
                {"type": "TextRun", "text": f"{line.words}: ", "weight": "Bolder"},
                {"type": "TextRun", "text": f"{line.unit_name}, {line.about}. "},
                {
                    "type": "TextRun",
                    "text": "Open it",
                    "selectAction": {"type": "Action.OpenUrl", "url": line.address},
                },
            ],
        }
        for line in lines
    ]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": said,
        "actions": [{"type": "Action.OpenUrl", "title": "All alerts", "url": f"{settings.SITE_URL}/alerts/"}],
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


PAYLOADS: Mapping[str, Callable[[Letter, Sequence[Line]], Payload]] = {
    Channel.Kind.WEBHOOK: as_webhook,
    Channel.Kind.SLACK: as_slack,
    Channel.Kind.TEAMS: as_teams,
}


def _for_slack(text: str) -> str:
    return one_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("*", "∗")
