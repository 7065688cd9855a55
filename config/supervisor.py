"""Keeps a handful of processes running under one: starts them, restarts what dies, and ends them all together.

Each child leads a process group of its own, so that Ctrl-C reaches only the supervisor and a stubborn child goes
with everything it started. The kernel ends a child whose supervisor was killed (PR_SET_PDEATHSIG): no orphan is
left. Output of the children is passed on line by line behind their names.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock, Thread
from typing import TextIO

PR_SET_PDEATHSIG = 1
FIRST_PAUSE = 0.5  # seconds between a death and the next try; then twice as long each time
LONGEST_PAUSE = 30.0
STEADY = 60.0  # seconds after which a child counts as started well
HOPELESS = 6  # deaths in a row before a child ever ran steadily, after which the supervisor gives up
PATIENCE = 20.0  # seconds a child has to end by itself
TICK = 0.1

_LIBC = ctypes.CDLL(None, use_errno=True)


class Hopeless(RuntimeError):
    """A process that dies again and again at its start; its own lines say why."""


@dataclass
class Child:
    """One process to keep running. `dying_wish` is the signal it gets when the supervisor is gone."""

    name: str
    command: Sequence[str]
    environment: dict[str, str]
    dying_wish: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[str] | None = None
    started: float = 0.0
    deaths: int = 0
    next_start: float = 0.0
    reader: Thread | None = field(default=None, repr=False)

    @property
    def runs(self) -> bool:
        return self.process is not None and self.process.poll() is None


class Supervisor:
    """Runs children until it is told to stop; `run` returns 0 after a clean stop."""

    def __init__(
        self, children: Sequence[Child], *, out: TextIO = sys.stdout, clock: Callable[[], float] = time.monotonic
    ):
        self.children = list(children)
        self.out = out
        self.clock = clock
        self.stopping = False
        self._writing = Lock()
        self._width = max(len(child.name) for child in self.children)

    def run(self, *, on_tick: Callable[[], None] = lambda: None) -> int:
        """Start all, keep them running, and stop them on SIGTERM or SIGINT; SIGHUP restarts the children."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        signal.signal(signal.SIGHUP, self._restart)
        try:
            while not self.stopping:
                for child in self.children:
                    self._tend(child)
                on_tick()
                time.sleep(TICK)
        finally:
            self._end_all()
        return 0

    def say(self, line: str, *, name: str = "up") -> None:
        """One line, behind the name of who says it."""
        with self._writing:
            self.out.write(f"{name:<{self._width}} | {line.rstrip()}\n")
            self.out.flush()

    # --- one child -----------------------------------------------------------------------------------
    def _tend(self, child: Child) -> None:
        """Start what does not run, once its pause is over."""
        if child.runs:
            if child.deaths and self.clock() - child.started > STEADY:
                child.deaths = 0
            return
        if child.process is not None:
            self._note_death(child, child.process.returncode)
        if self.clock() >= child.next_start:
            self._start(child)

    def _note_death(self, child: Child, status: int) -> None:
        child.process = None
        child.deaths += 1
        if child.deaths >= HOPELESS:
            raise Hopeless(f"{child.name} died {child.deaths} times in a row, last with status {status}.")
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (child.deaths - 1))
        child.next_start = self.clock() + pause
        self.say(f"{child.name} ended with status {status}; it starts again in {pause:g} s.")

    def _start(self, child: Child) -> None:
        parent = os.getpid()

        def before_exec() -> None:
            _LIBC.prctl(PR_SET_PDEATHSIG, int(child.dying_wish), 0, 0, 0)
            if os.getppid() != parent:  # it was killed between the fork and the line above
                os._exit(1)

        child.process = subprocess.Popen(
            child.command,
            env=child.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            preexec_fn=before_exec,
        )
        child.started = self.clock()
        child.reader = Thread(target=self._pass_on, args=(child.name, child.process.stdout), daemon=True)
        child.reader.start()

    def _pass_on(self, name: str, lines: TextIO) -> None:
        for line in lines:
            if line.strip():
                self.say(line, name=name)

    # --- all of them ---------------------------------------------------------------------------------
    def _stop(self, number: int, frame: object) -> None:
        self.stopping = True

    def _restart(self, number: int, frame: object) -> None:
        for child in self.children:
            child.deaths = 0
            self._signal(child, signal.SIGTERM)

    def _signal(self, child: Child, number: signal.Signals) -> None:
        if child.runs and child.process is not None:
            child.process.send_signal(number)

    def _end_all(self) -> None:
        """Ask every child to end; what has not after its patience is killed with all it started."""
        for child in self.children:
            self._signal(child, signal.SIGTERM)
        until = self.clock() + PATIENCE
        while any(child.runs for child in self.children) and self.clock() < until:
            time.sleep(TICK)
        for child in self.children:
            if child.process is not None:
                _kill_group(child.process.pid)
                child.process.wait()
            if child.reader is not None:
                child.reader.join(2)


def _kill_group(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return  # it ended with everything it had started
