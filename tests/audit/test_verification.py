"""Tampering, in the ways the database's owner could, and what `verify` says of it."""

from __future__ import annotations

import json
import random
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection

from audit import chain, sealing, triggers
from audit.models import Block, Guarding, Record, Seal
from audit.sealing import seal
from audit.verification import verify
from tests.audit.conftest import tampered

COUNT, SIZE = 25, 4  # seven blocks; the fourth, with one record, ends the first round


@pytest.fixture
def sealed(own_database, deeds, at, monkeypatch):
    """25 deeds in blocks of four, half of them on no unit and without figures."""
    monkeypatch.setattr(sealing, "BLOCK_SIZE", SIZE)
    deeds(13)
    seal(at=at)
    deeds(12, unit=None, before=None, after={"amount": "1234.5600", "ratio": 0.1}, reason="")
    return seal(at=at + timedelta(seconds=10))


def found(at):
    report = verify(at=at)
    return report.code, report.first.position if report.first else None, report.first.reason if report.first else ""


def at_position(position: int) -> str:
    return f"(SELECT record_id FROM audit_seal WHERE position = {position})"


def test_what_was_not_touched_holds(sealed, at):
    report = verify(at=at)

    assert (report.code, report.problems, report.blocks, report.position) == (0, [], 7, COUNT)
    assert report.head == sealed[-1].digest


FIELDS = [
    "actor = 'person:8'",
    "verb = 'alerts.threshold.retired'",
    "target_type = 'alert'",
    "target_id = '99'",
    "unit_id = 5",
    "unit_id = NULL",
    "reason = 'too many warning'",
    "at = '2026-10-09 07:40:00.000001'",
    "act = '00000000000000000000000000000001'",
    '"transaction" = 1',
    """before = '{"warning": "0.11"}'""",
    "before = NULL",
    """after = '{"warning": "0.15", "note": "Grösse – ok"}'""",
]


def test_a_change_of_any_field_names_the_position(sealed, at):
    answers = set()
    for change in FIELDS:
        with tampered(f"UPDATE audit_record SET {change} WHERE id = {at_position(6)}", at=at):
            code, position, reason = found(at)
        answers.add((change, code, position, reason.partition(" ")[0], reason[reason.index(" at ") :]))

    assert answers == {(change, 1, 6, "Record", " at position 6 was changed.") for change in FIELDS}


TAMPERINGS = {
    "a record deleted": ([f"DELETE FROM audit_record WHERE id = {at_position(6)}"], 6),
    "a record deleted with its seal": (
        [f"DELETE FROM audit_record WHERE id = {at_position(6)}", "DELETE FROM audit_seal WHERE position = 6"],
        6,
    ),
    "a seal deleted": (["DELETE FROM audit_seal WHERE position = 6"], 6),
    "two records changed places": (
        [
            "UPDATE audit_seal SET record_id = -record_id WHERE position IN (6, 7)",
            "UPDATE audit_seal SET record_id = -(SELECT s.record_id FROM audit_seal s WHERE s.position = 7)"
            " WHERE position = 6",
        ],
        6,
    ),
    "the tail cut below the newest block": (
        [f"DELETE FROM audit_record WHERE id = {at_position(25)}", "DELETE FROM audit_seal WHERE position = 25"],
        25,
    ),
    "a block in the middle dropped": (["DELETE FROM audit_block WHERE number = 3"], 9),
    "the first block dropped": (["DELETE FROM audit_block WHERE number = 1"], 1),
    "the newest block dropped, its seals left": (["DELETE FROM audit_block WHERE number = 7"], 22),
    "a block's root changed": (["UPDATE audit_block SET root = previous WHERE number = 3"], 9),
    "a block's time changed": (
        ["UPDATE audit_block SET sealed_at = '2026-10-09 07:40:01' WHERE number = 3"],
        9,
    ),
    "a record inserted among the sealed": (
        ["UPDATE audit_seal SET position = position + 100 WHERE position > 6"],
        7,
    ),
    "a seal before the first": (["UPDATE audit_seal SET position = 0 WHERE position = 25"], 0),
}


def test_tampering_is_found_at_its_position(sealed, at):
    answers = {}
    for tampering, (statements, _) in TAMPERINGS.items():
        with tampered(*statements, at=at):
            answers[tampering] = found(at)[:2]

    assert answers == {tampering: (1, place) for tampering, (_, place) in TAMPERINGS.items()}


def rechained(key: str, *, first: int) -> list[str]:
    """What somebody with a key would write over the seals and blocks from this block on."""
    written, previous = [], chain.FIRST
    for block in Block.objects.order_by("number"):
        if block.number < first:
            previous = block.digest
            continue
        rows = _rows(block)
        leaves = [chain.leaf(row) for row in rows]
        header = chain.Header(
            block.number, block.first_position, block.last_position,
            chain.root(leaves), previous, block.sealed_at, block.fingerprint,
        )  # fmt: skip
        made = chain.digest(header, key=key)
        written += [
            f"UPDATE audit_seal SET leaf = '{leaf.hex()}' WHERE position = {block.first_position + place}"
            for place, leaf in enumerate(leaves)
        ]
        written.append(
            f"UPDATE audit_block SET root = '{header.root}', previous = '{previous}', digest = '{made}'"
            f" WHERE number = {block.number}"
        )
        previous = made
    return written


def _rows(block):
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {sealing.columns().replace('%%', '%')} FROM audit_seal s JOIN audit_record r ON r.id = s.record_id"
            f" WHERE s.position BETWEEN {block.first_position} AND {block.last_position} ORDER BY s.position"
        )
        return cursor.fetchall()


def test_a_chain_made_anew_without_our_key_is_found_at_its_first_block(sealed, at):
    edit = f"UPDATE audit_record SET actor = 'person:8' WHERE id = {at_position(6)}"
    with tampered(edit, at=at):
        writing = rechained("another key, long enough to be one", first=2)
        with tampered(*writing, at=at):
            code, position, reason = found(at)

    assert (code, position) == (1, 5)
    assert reason == "Block 2 was not sealed with our key, or its header was changed."


def test_leaf_and_record_changed_together_are_found_by_the_root(sealed, at):
    edit = f"UPDATE audit_record SET actor = 'person:8' WHERE id = {at_position(6)}"
    with tampered(edit, at=at), tampered(*[line for line in rechained("x", first=2) if "audit_seal" in line], at=at):
        code, position, reason = found(at)

    assert (code, position, reason) == (1, 5, "The records of block 2 are not those that were sealed.")


def test_the_newest_block_cut_off_with_its_records_shows_against_a_digest_from_the_log(sealed, at):
    newest = sealed[-1]
    beyond = f"FROM audit_seal WHERE position >= {newest.first_position}"
    cut = [
        f"DELETE FROM audit_record WHERE id IN (SELECT record_id {beyond})",
        f"DELETE {beyond}",
        f"DELETE FROM audit_block WHERE number = {newest.number}",
    ]
    with tampered(*cut, at=at):
        assert verify(at=at).code == 0  # what the record alone cannot see
        report = verify(at=at, expect=(newest.number, newest.digest))

    assert (report.code, report.first.reason) == (2, "Block 7 is expected and the record ends at block 6.")
    assert verify(at=at, expect=(newest.number, newest.digest)).code == 0
    assert verify(at=at, expect=(newest.number, "0" * 64)).code == 2


def test_dropped_triggers_are_found(sealed, at):
    with tampered(restore=False, at=at):
        code, _, reason = found(at)

    assert code == 4
    assert reason.startswith("Triggers are missing: plumbline_keep_")


def test_a_trigger_that_still_has_its_name_but_does_nothing_is_found(sealed, at):
    with tampered(at=at), connection.cursor() as cursor:
        name = "plumbline_keep_audit_record_delete"
        if connection.vendor == "postgresql":
            cursor.execute(f"ALTER TABLE audit_record DISABLE TRIGGER {name}")
        else:
            cursor.execute(f"DROP TRIGGER {name}")
            cursor.execute(f"CREATE TRIGGER {name} BEFORE DELETE ON audit_record BEGIN SELECT 1; END")
        code, _, reason = found(at)

    assert (code, reason) == (4, "The triggers are not as the last migration left them.")


def test_a_block_sealed_while_the_triggers_were_away_tells_so_for_good(sealed, deeds, at):
    triggers.drop()
    deeds(1)
    seal(at=at + timedelta(seconds=20))
    triggers.install(at=at)

    assert found(at) == (4, 26, "Block 8 was sealed while the triggers were not as a migration left them.")


def test_a_forged_note_about_the_triggers_is_found(sealed, at):
    with tampered(restore=False, at=at):
        Guarding.objects.create(
            at=at, definition="", fingerprint=triggers.fingerprint(), digest="0" * 64,
        )  # fmt: skip
        report = verify(at=at)

    assert report.code == 4
    assert any(problem.reason.endswith("about the triggers was changed or forged.") for problem in report.problems)


def test_records_that_nobody_seals_are_a_backlog_after_a_minute(sealed, deeds, at):
    deeds(2)

    assert verify(at=at + timedelta(seconds=60)).code == 0
    assert found(at + timedelta(seconds=61)) == (5, None, "2 records are older than a minute and not sealed.")


def test_a_clock_that_ran_back_or_ahead_is_found(sealed, deeds, at):
    deeds(1)
    seal(at=at - timedelta(minutes=2))

    assert found(at) == (7, 26, "Block 8 was sealed before the block it follows.")
    assert verify(at=at - timedelta(minutes=5)).first.reason == "Block 1 was sealed in the future."


def test_a_changed_record_outweighs_what_else_is_wrong(sealed, deeds, at):
    deeds(1)
    with tampered(f"UPDATE audit_record SET actor = 'x' WHERE id = {at_position(25)}", restore=False, at=at):
        report = verify(at=at + timedelta(hours=1))

    assert {problem.code for problem in report.problems} == {1, 4, 5}
    assert (report.code, report.first.position) == (1, 25)


def test_blocks_sealed_with_a_key_before_the_present_one_hold_while_that_key_is_listed(sealed, deeds, at, settings):
    settings.SEAL_KEY_FALLBACKS = [settings.SEAL_KEY]
    settings.SEAL_KEY = "the new key of this year, long enough to be one"
    deeds(1)
    seal(at=at + timedelta(days=1))
    assert verify(at=at + timedelta(days=1)).code == 0

    settings.SEAL_KEY_FALLBACKS = []
    assert found(at + timedelta(days=1))[:2] == (1, 1)


def test_of_many_random_changes_none_goes_unseen(sealed, at):
    dice = random.Random(20261009)
    unseen = []
    for _ in range(100):
        position = dice.randint(1, COUNT)
        statement = random_tampering(dice, position)
        with tampered(statement, at=at):
            if found(at)[:2] != (1, position):
                unseen.append(statement)

    assert unseen == []


def random_tampering(dice: random.Random, position: int) -> str:
    column, value = dice.choice(
        [("actor", "'x'"), ("reason", "'x'"), ("target_id", "'x'"), ("unit_id", "77"), ("verb", "'x'")]
    )
    return dice.choice(
        [
            f"UPDATE audit_record SET {column} = {value} WHERE id = {at_position(position)}",
            f"DELETE FROM audit_record WHERE id = {at_position(position)}",
            f"DELETE FROM audit_seal WHERE position = {position}",
            f"UPDATE audit_seal SET record_id = -record_id WHERE position = {position}",
        ]
    )


def test_the_command_seals_first_then_tells_and_leaves_a_record_of_its_own(own_database, deeds, at, capsys):
    deeds(3)

    call_command("audit_verify", json=True)

    told = json.loads(capsys.readouterr().out)
    head = Block.objects.get()
    assert told == {
        "code": 0,
        "blocks": 1,
        "position": 3,
        "digest": head.digest,
        "first_bad_position": None,
        "problems": [],
    }
    deed = Record.objects.get(verb="audit.verified")
    assert (deed.actor, deed.after) == ("process:audit_verify", {"code": 0, "position": 3, "digest": head.digest})
    assert Seal.objects.count() == 3


def test_the_command_exits_with_the_code_and_names_the_first_bad_position(own_database, deeds, at, capsys):
    deeds(3)
    seal(at=at)
    triggers.drop()
    Record.objects.filter(pk=Seal.objects.get(position=2).record_id).update(actor="person:8")
    triggers.install(at=at)

    with pytest.raises(SystemExit) as end:
        call_command("audit_verify", json=True)

    told = json.loads(capsys.readouterr().out)
    assert (end.value.code, told["code"], told["first_bad_position"]) == (1, 1, 2)


def test_the_command_says_in_words_what_does_not_hold(own_database, deeds, at, capsys):
    deeds(2)
    call_command("audit_verify")
    assert capsys.readouterr().out.startswith("The record holds: 2 records in 1 block, up to digest 1:")

    triggers.drop()
    with pytest.raises(SystemExit) as end:
        call_command("audit_verify")
    assert end.value.code == 4
    assert capsys.readouterr().out.startswith("The record does not hold: Triggers are missing:")
