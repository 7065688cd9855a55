"""What is lost when processes die: 2,000 jobs while workers, beat and Redis are killed, stopped, emptied and restarted.

    python -m benchmarks.endurance [--jobs 2000] [--seed 7]

Starts a Redis of its own on a free port, which keeps nothing on disk, two workers and two beats (one is enough, a
second one must do no harm), each as `manage.py up` runs it, on a database of its own: SQLite, or beside the one of
DATABASE_URL on PostgreSQL. Every job sends one mail, whose Message-ID is the job's: a mail that is missing was lost,
one that came twice was sent again by who took over from the dead, and is recognised.

Ends with status 1 where a job was lost, or not all were done within 60 seconds of the last recovery.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import django

BASE = Path(__file__).resolve().parent.parent
WITHIN = 60.0  # seconds after the last recovery
STOPPED_FOR = 20.0
BETWEEN = (1.0, 4.0)  # seconds between two faults


@dataclass
class Process:
    """A process that is started again whenever it was killed."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                self.command, env=self.environment, stdout=log, stderr=log, start_new_session=True, cwd=BASE
            )

    def signal(self, number: int) -> None:
        """To the process and its children."""
        if self.running is not None and self.running.poll() is None:
            os.killpg(self.running.pid, number)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        if self.running is not None:
            self.running.wait()


@dataclass
class Stage:
    """Everything that runs, and what was done to it."""

    redis: Process
    others: list[Process]
    port: int
    faults: Counter[str] = field(default_factory=Counter)

    def start(self) -> None:
        for process in (self.redis, *self.others):
            process.start()

    def end(self) -> None:
        for process in (*self.others, self.redis):
            process.signal(signal.SIGCONT)
            process.kill()

    def harm(self, chance: random.Random) -> None:
        """One fault, by chance; whoever was hurt works again afterwards."""
        victim = chance.choice(self.others)
        fault: Callable[[], None] = chance.choice(
            [
                lambda: self._kill(victim),
                lambda: self._kill(victim),
                lambda: self._kill_child(chance),
                lambda: self._stop(victim),
                lambda: self._kill(self.redis),
                self._empty_redis,
            ]
        )
        fault()

    def _kill(self, process: Process) -> None:
        self.faults[f"{process.name.split()[0]} killed"] += 1
        process.kill()
        time.sleep(0.5)
        process.start()

    def _kill_child(self, chance: random.Random) -> None:
        """One of the processes of a pool, while its parent goes on."""
        workers = [each for each in self.others if each.name.startswith("worker")]
        running = chance.choice(workers).running
        assert running is not None
        found = subprocess.run(["pgrep", "-P", str(running.pid)], capture_output=True, text=True, check=False)
        if found.stdout.split():
            self.faults["pool process killed"] += 1
            os.kill(int(chance.choice(found.stdout.split())), signal.SIGKILL)

    def _stop(self, process: Process) -> None:
        self.faults[f"{process.name.split()[0]} stopped for {STOPPED_FOR:.0f} s"] += 1
        process.signal(signal.SIGSTOP)
        time.sleep(STOPPED_FOR)
        process.signal(signal.SIGCONT)

    def _empty_redis(self) -> None:
        self.faults["redis emptied"] += 1
        subprocess.run(["redis-cli", "-p", str(self.port), "flushall"], capture_output=True, check=False)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def own_database(url: str) -> str:
    """The address of a new database beside the one given; empty stays empty: SQLite under the data folder."""
    if not url:
        return ""
    import psycopg

    name = f"endurance_{uuid4().hex[:8]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def drop_database(url: str, own: str) -> None:
    if own:
        import psycopg

        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{urlsplit(own).path[1:]}" WITH (FORCE)')


def stage(folder: Path, environment: dict[str, str], port: int) -> Stage:
    """Redis, two workers and two beats, not yet started."""
    from config.management.commands.up import child_of

    def process(name: str, command: list[str]) -> Process:
        return Process(name, command, environment, folder / f"{name.replace(' ', '-')}.log")

    keeps_nothing = ["--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction"]
    redis = process("redis", ["redis-server", "--port", str(port), "--bind", "127.0.0.1", *keeps_nothing])
    return Stage(
        redis,
        [process(f"{part} {number}", child_of(part).command) for part in ("worker", "beat") for number in (1, 2)],
        port,
    )


def ask_for(number: int) -> None:
    """One job that sends one mail."""
    from jobs.actions import enqueue
    from people.actions import NOTICE
    from people.models import Person

    payload = {"person": Person.objects.get().pk, "by": "other"}
    enqueue(kind=NOTICE, key=f"endurance {number}", payload=payload, at=datetime.now(UTC), actor="process:benchmark")


def mails(folder: Path) -> Counter[str]:
    """How often each message was sent."""
    found = (re.findall(r"^Message-ID:\s+(\S+)", path.read_text("utf-8"), re.M) for path in folder.glob("*"))
    return Counter(key for keys in found for key in keys)


def run(jobs: int, seed: int, folder: Path, environment: dict[str, str], port: int) -> bool:
    from jobs.models import Job
    from people.actions import add_person

    add_person(actor="process:benchmark", name="Ada", email="ada@example.com", at=datetime.now(UTC))
    chance = random.Random(seed)
    actors = stage(folder, environment, port)
    actors.start()
    try:
        time.sleep(5)
        began = next_fault = time.monotonic()
        for number in range(jobs):
            ask_for(number)
            if time.monotonic() > next_fault:
                actors.harm(chance)
                next_fault = time.monotonic() + chance.uniform(*BETWEEN)
            time.sleep(0.02)
        actors.harm(chance)
        recovered = time.monotonic()
        while (
            Job.objects.unfinished().filter(kind="people.notice").exists() and time.monotonic() < recovered + 5 * WITHIN
        ):
            time.sleep(0.2)
        took = time.monotonic() - recovered
    finally:
        actors.end()
    return report(jobs, actors, took, recovered - began, mails(folder / "mail"))


def report(jobs: int, actors: Stage, took: float, lasted: float, sent: Counter[str]) -> bool:
    from jobs.models import Job

    found = Job.objects.filter(kind="people.notice")
    done = found.filter(state=Job.State.DONE).count()
    print(f"{jobs} jobs asked for in {lasted:.0f} s, with {sum(actors.faults.values())} faults:")
    for fault, number in sorted(actors.faults.items()):
        print(f"  {number:3}  {fault}")
    print(f"jobs done       {done} of {jobs}, {jobs - done} lost, {found.filter(attempts__gt=1).count()} taken over")
    again = sum(sent.values()) - len(sent)
    print(f"effects         {len(sent)} of {jobs} after leaving out {again} that came again under their key")
    print(f"after recovery  all was done within {took:.1f} s")
    return done == len(sent) == jobs and took <= WITHIN


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    given = os.environ.get("DATABASE_URL", "")
    folder, port, own = Path(tempfile.mkdtemp(prefix="plumbline-endurance-")), free_port(), own_database(given)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "ENV_FILE": os.devnull,
        "PLUMBLINE_VAR": str(folder),
        "REDIS_URL": f"redis://127.0.0.1:{port}/0",
        "DATABASE_URL": own,
        "LOG_LEVEL": "WARNING",
    }
    try:
        subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], cwd=BASE, check=True)
        django.setup()
        is_well = run(asked.jobs, asked.seed, folder, dict(os.environ), port)
    finally:
        drop_database(given, own)
    if not is_well:
        raise SystemExit(f"Not as it should be; the logs are in {folder}.")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
