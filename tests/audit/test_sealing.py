"""Sealing committed records, in order and each exactly once."""

from __future__ import annotations

import random
import subprocess
import sys
import textwrap
from datetime import timedelta
from threading import Event, Thread

import pytest
from django.db import connection, transaction

from audit import chain, sealing
from audit.actions import record
from audit.models import Block, Record, Seal
from audit.sealing import seal
from audit.verification import verify
from tests.audit.conftest import tampered
from tests.tables import assert_reads

WORKER = """
    import logging
    from config.celery import app
    app.log.setup(loglevel="WARNING", redirect_stdouts=app.conf.worker_redirect_stdouts)
    import django
    django.setup()
    from audit.tasks import seal
    seal()
    logging.getLogger("celery.app.trace").info("Task audit.seal succeeded")
"""

DEED = {"actor": "person:7", "verb": "alerts.threshold.set", "target": ("threshold", 3)}


def test_records_are_sealed_into_blocks_that_follow_one_another(own_database, deeds, at, monkeypatch):
    monkeypatch.setattr(sealing, "BLOCK_SIZE", 3)
    deeds(7)

    blocks = seal(at=at)

    assert_reads(
        blocks,
        """
        number | first_position | last_position
             1 |              1 |             3
             2 |              4 |             6
             3 |              7 |             7
    """,
    )
    assert [block.previous for block in blocks] == [chain.FIRST, blocks[0].digest, blocks[1].digest]
    assert list(Seal.objects.order_by("position").values_list("record_id", flat=True)) == list(
        Record.objects.order_by("pk").values_list("pk", flat=True)
    )


def test_the_worker_logs_the_digest_of_each_block_and_no_line_of_the_queue(own_database, deeds):
    deeds(2)

    worker = [sys.executable, "-c", textwrap.dedent(WORKER)]
    said = subprocess.run(worker, env=own_database.environment, capture_output=True, text=True, check=True, timeout=60)

    block = Block.objects.get()
    assert said.stderr == f"INFO audit.sealing Sealed up to position 2, digest 1:{block.digest}\n"


def test_sealing_again_seals_nothing_and_later_deeds_go_into_the_next_block(own_database, deeds, at):
    deeds(2)
    seal(at=at)
    assert seal(at=at + timedelta(seconds=10)) == []

    deeds(1)
    (block,) = seal(at=at + timedelta(seconds=20))

    assert (block.number, block.first_position, block.last_position) == (2, 3, 3)


def test_a_rolled_back_deed_leaves_a_gap_among_ids_and_none_among_positions(own_database, deeds, at):
    deeds(1)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record(**DEED, at=at)
        raise ZeroDivisionError
    deeds(1)

    seal(at=at)

    assert list(Seal.objects.order_by("position").values_list("position", flat=True)) == [1, 2]
    assert verify(at=at).code == 0


def test_a_transaction_that_began_earlier_and_commits_later_is_sealed_in_its_turn(own_database, deeds, at):
    """On PostgreSQL: the record with the lower id commits last. Asking for ids beyond the last would lose it."""
    if connection.vendor != "postgresql":
        with transaction.atomic():
            assert record(**DEED, at=at).pk  # on SQLite no second writer can begin meanwhile
        return
    written, commit = Event(), Event()

    def slowly() -> None:
        with transaction.atomic():
            record(**DEED, at=at, reason="slow")
            written.set()
            commit.wait(20)
        connection.close()

    slow = Thread(target=slowly)
    slow.start()
    written.wait(20)
    deeds(1, reason="quick")
    assert [block.last_position for block in seal(at=at)] == [1]
    commit.set()
    slow.join(20)
    seal(at=at)

    order = Seal.objects.order_by("position").values_list("record_id", flat=True)
    reasons = dict(Record.objects.values_list("pk", "reason"))
    assert [reasons[pk] for pk in order] == ["quick", "slow"]
    assert verify(at=at).code == 0


def test_under_many_writers_and_rollbacks_every_committed_deed_is_sealed_once(own_database, at):
    writers = [Thread(target=write_and_sometimes_not, args=(seed, at)) for seed in range(4)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        seal(at=at)
    seal(at=at)

    sealed = list(Seal.objects.values_list("record_id", flat=True))
    assert sorted(sealed) == sorted(Record.objects.values_list("pk", flat=True))
    assert 40 < len(sealed) < 100
    assert verify(at=at).problems == []


def write_and_sometimes_not(seed: int, at) -> None:
    dice = random.Random(seed)
    for _ in range(25):
        with transaction.atomic():
            for _ in range(dice.randint(1, 2)):
                record(**DEED, at=at)
            transaction.set_rollback(dice.random() < 0.5)
    connection.close()


def test_what_committed_far_behind_the_newest_is_found_by_a_thorough_round(own_database, deeds, at, monkeypatch):
    monkeypatch.setattr(sealing, "MARGIN", 2)
    first, *_ = deeds(6)
    with tampered(f"DELETE FROM audit_record WHERE id = {first.pk}", at=at):  # not committed yet
        seal(at=at)
        again = Record(**{name: value for name, value in vars(first).items() if name != "_state"})
        Record.objects.bulk_create([again])

        assert seal(at=at) == []
        assert [block.last_position for block in seal(at=at, thorough=True)] == [6]
        assert verify(at=at).code == 0


def test_every_digest_goes_into_the_log_an_anchor_outside_the_database(own_database, deeds, at, caplog):
    caplog.set_level("INFO", "audit")
    deeds(2)
    (block,) = seal(at=at)

    assert f"Sealed up to position 2, digest 1:{block.digest}" in caplog.text


def test_an_empty_record_seals_nothing_and_verifies(own_database, at):
    assert seal(at=at) == []
    assert Block.objects.count() == 0
    assert verify(at=at).code == 0
