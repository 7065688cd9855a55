"""The process that `manage.py up` becomes: the supervisor alone, without Django, which it has no use for any more.

    python -m config.supervising PLAN

PLAN is JSON: the children, each with name, command, dying wish and what its environment has beside ours; and the
address at which the web process will answer, or null.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from typing import Any

from config.supervisor import Child, Hopeless, Supervisor

ENVIRONMENT = 3  # exit status, as of `config.preparation`: the environment must change first


def plan(children: list[Child], *, answers_at: tuple[str, int] | None) -> str:
    """What to supervise, for the command line. Of an environment only what differs from ours: no secret is in it."""
    described = [
        {
            "name": child.name,
            "command": list(child.command),
            "environment": {name: value for name, value in child.environment.items() if os.environ.get(name) != value},
            "dying_wish": int(child.dying_wish),
        }
        for child in children
    ]
    return json.dumps({"children": described, "answers_at": answers_at})


def main(described: str) -> int:
    """Supervise until told to stop; the exit status."""
    planned: dict[str, Any] = json.loads(described)
    children = [
        Child(
            each["name"],
            each["command"],
            {**os.environ, **each["environment"]},
            dying_wish=signal.Signals(each["dying_wish"]),
        )
        for each in planned["children"]
    ]
    supervisor = Supervisor(children)
    announce = Announcement(supervisor, *planned["answers_at"]) if planned["answers_at"] else (lambda: None)
    try:
        return supervisor.run(on_tick=announce)
    except Hopeless as error:
        sys.stderr.write(f"{error} Its last lines above say why.\n")
        return ENVIRONMENT


class Announcement:
    """Prints the address once the web process answers there."""

    def __init__(self, supervisor: Supervisor, host: str, port: int) -> None:
        self.supervisor, self.host, self.port = supervisor, host, port
        self.is_made = False

    def __call__(self) -> None:
        if not self.is_made and answers(self.host, self.port):
            self.is_made = True
            said = f"\nPlumbline answers at http://127.0.0.1:{self.port}/  (Ctrl-C stops it)\n\n"
            self.supervisor.out.write(said)
            self.supervisor.out.flush()


def answers(host: str, port: int) -> bool:
    """Whether the web process and its database answer there. By hand: a client's library takes as much memory again."""
    try:
        with socket.create_connection((host, port), timeout=2) as line:
            line.sendall(f"GET /health/web/ HTTP/1.0\r\nHost: {host}:{port}\r\n\r\n".encode())
            return line.recv(64).split(b" ")[1:2] == [b"200"]
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
