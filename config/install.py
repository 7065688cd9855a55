"""Makes `.venv` and installs the pinned requirements: the part of `make run` that runs before anything is there.

Only the standard library, and no import of the rest: it runs on a machine that has a Python and nothing
else. What is installed is remembered in a stamp inside `.venv`, so a second start does no work. Whatever
stands in the way is said in one sentence that names the remedy, and the exit status is 3.

    python3 -I config/install.py runtime|development
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent
VENV = BASE / ".venv"
PYTHON = VENV / "bin" / "python"
LISTS = {
    "runtime": ("requirements.txt",),
    "development": ("requirements-dev.txt", "requirements.txt"),
}


class CannotInstall(SystemExit):
    """Something about this machine that its owner must change first."""

    def __init__(self, sentence: str) -> None:
        sys.stderr.write(f"Plumbline cannot be installed: {sentence}\n")
        super().__init__(3)


def install(what: str) -> None:
    """Bring `.venv` to the pinned state of one list of requirements; nothing to do is done in no time."""
    stamp = VENV / f".{what}-installed"
    wanted = fingerprint(what)
    if PYTHON.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    folder = writable_folder()
    if not runs(PYTHON):
        make_environment()
    sys.stdout.write(f"Installing the {what} requirements into .venv (once; a minute or two without a cache) …\n")
    sys.stdout.flush()
    download(what, log=folder / f"install-{what}.log")
    stamp.write_text(wanted, encoding="utf-8")


def fingerprint(what: str) -> str:
    """What the environment must match: the lists, the pins, this Python, and the place it stands in."""
    digest = hashlib.sha256(f"{sys.version_info[:2]} {VENV}".encode())
    for name in (*LISTS[what], "constraints.txt"):
        digest.update((BASE / name).read_bytes())
    return digest.hexdigest()


def writable_folder() -> Path:
    """The data folder, made if need be; refuses when it or the project's own folder cannot be written."""
    folder = Path(os.environ.get("PLUMBLINE_VAR") or BASE / "var")
    for place in (BASE, folder):
        probe = place / ".may-be-written"
        try:
            place.mkdir(parents=True, exist_ok=True)
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise CannotInstall(
                f"{place} cannot be written ({error.strerror}). Give this user write access to it"
                f"{', or set PLUMBLINE_VAR to a folder that can be written' if place == folder else ''}."
            ) from None
    return folder


def runs(python: Path) -> bool:
    """Whether the environment's Python still starts and is of this version; a moved folder breaks it."""
    if not python.exists():
        return False
    ask = [str(python), "-c", "import sys, pip; print(sys.version_info[:2], sys.prefix)"]
    answer = subprocess.run(ask, capture_output=True, text=True, check=False)
    return answer.stdout.strip() == f"{sys.version_info[:2]} {VENV}"


def make_environment() -> None:
    """A fresh `.venv`; an environment that no longer works is replaced."""
    if not all(importlib.util.find_spec(module) for module in ("venv", "ensurepip")):
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise CannotInstall(
            f"{sys.executable} has no venv module. Install it (Debian and Ubuntu: apt-get install python{version}-venv)"
            " and run the same command again."
        )
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False)
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        raise CannotInstall(f"{sys.executable} -m venv .venv failed: {last_line(made.stdout + made.stderr)}")


def download(what: str, *, log: Path) -> None:
    """Install one list with uv where it is at hand, else with pip; the whole output goes to a log."""
    uv = shutil.which("uv")
    tool = [uv, "pip", "install", "--python", str(PYTHON)] if uv else [str(PYTHON), "-m", "pip", "install"]
    quiet = [] if uv else ["--disable-pip-version-check", "--no-input", "--retries", "2", "--timeout", "20"]
    command = [*tool, *quiet, "--requirement", LISTS[what][0], "--constraint", "constraints.txt"]
    with log.open("w", encoding="utf-8") as output:
        done = subprocess.run(command, cwd=BASE, stdout=output, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        said = log.read_text(encoding="utf-8", errors="replace")
        raise CannotInstall(f"{reason(said)} The whole output is in {log}.")


def reason(said: str) -> str:
    """What the installer's output means for the person at the keyboard."""
    offline = ("Temporary failure in name resolution", "NewConnectionError", "ConnectTimeout", "Name or service", "dns")
    if any(sign in said for sign in offline):
        return (
            "the package index cannot be reached. Connect this machine to the network, or set PIP_INDEX_URL to a"
            " mirror, and run the same command again."
        )
    if "No space left on device" in said:
        return "the disk is full; about 800 MB are needed."
    return f"a requirement could not be installed ({last_line(said)})."


def last_line(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[-1] if lines else "no output"


if __name__ == "__main__":
    install(sys.argv[1])
