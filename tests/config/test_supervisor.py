"""The supervisor, with small processes in the place of web, worker and beat."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

PROGRAM = """
    import os, sys
    from config import supervisor
    from config.supervisor import Child, Hopeless, Supervisor

    def child(name, script):
        return Child(name, [sys.executable, "-u", "-c", script], dict(os.environ))

    LIVES = "import os, time; print('pid', os.getpid(), flush=True); time.sleep(600)"
    STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + LIVES
    PARENT = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', %r]); " % LIVES + LIVES
    DIES = "print('the port is taken', flush=True); raise SystemExit(4)"
    supervisor.PATIENCE, supervisor.FIRST_PAUSE = 1.0, 0.05
    kinds = {"lives": LIVES, "stubborn": STUBBORN, "parent": PARENT, "dies": DIES}
    try:
        sys.exit(Supervisor([child(name, kinds[name]) for name in sys.argv[1:]]).run())
    except Hopeless as error:
        print(error)
        sys.exit(3)
"""


class Running:
    """A supervisor in another process, and what it has printed so far."""

    def __init__(self, log: Path, *names: str) -> None:
        self.log = log
        with log.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-u", "-c", textwrap.dedent(PROGRAM), *names], stdout=output, stderr=subprocess.STDOUT
            )

    @property
    def printed(self) -> str:
        return self.log.read_text()

    def pids(self, name: str) -> list[int]:
        return [int(pid) for pid in re.findall(rf"^{name} +\| pid (\d+)$", self.printed, re.MULTILINE)]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    started = []

    def begin(*names: str) -> Running:
        started.append(Running(tmp_path / "log", *names))
        return started[-1]

    yield begin
    for running in started:
        running.process.kill()
        running.process.wait()


def wait_for(condition: Callable[[], object], seconds: float = 15.0) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.05)
    return False


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_each_line_stands_behind_the_name_of_who_printed_it(start):
    running = start("lives", "stubborn")

    assert wait_for(lambda: running.pids("lives") and running.pids("stubborn"))
    assert "lives    | pid " in running.printed


def test_a_child_that_dies_is_started_again(start):
    running = start("lives", "stubborn")
    assert wait_for(lambda: running.pids("lives") and running.pids("stubborn"))

    os.kill(running.pids("lives")[0], signal.SIGKILL)

    assert wait_for(lambda: len(running.pids("lives")) == 2)
    assert "lives ended with status -9; it starts again in 0.05 s." in running.printed
    assert len(running.pids("stubborn")) == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_ends_all_and_returns_zero(start, number):
    running = start("lives")
    assert wait_for(lambda: running.pids("lives"))

    running.process.send_signal(number)

    assert running.process.wait(15) == 0
    assert not is_alive(running.pids("lives")[0])


def test_a_child_that_will_not_end_is_killed_with_all_it_started(start):
    running = start("stubborn", "parent")
    assert wait_for(lambda: running.pids("stubborn") and len(running.pids("parent")) == 2)

    running.process.terminate()

    assert running.process.wait(15) == 0
    assert not any(is_alive(pid) for pid in running.pids("stubborn") + running.pids("parent"))


def test_the_supervisor_killed_outright_leaves_no_orphan(start):
    running = start("lives", "lives")
    assert wait_for(lambda: len(running.pids("lives")) == 2)

    running.process.kill()
    running.process.wait()

    assert wait_for(lambda: not any(is_alive(pid) for pid in running.pids("lives")))


def test_a_hangup_restarts_the_children(start):
    running = start("lives")
    assert wait_for(lambda: running.pids("lives"))

    running.process.send_signal(signal.SIGHUP)

    assert wait_for(lambda: len(running.pids("lives")) == 2)


def test_a_child_that_dies_at_every_start_ends_it_with_a_sentence_and_its_own_words(start):
    running = start("lives", "dies")

    assert running.process.wait(40) == 3
    assert "the port is taken" in running.printed
    assert running.printed.endswith("dies died 6 times in a row, last with status 4.\n")
    assert not is_alive(running.pids("lives")[0])
