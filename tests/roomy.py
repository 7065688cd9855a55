"""Tests run on one stretch of Python's frames.

Frames stand in chunks of 16 KB; one that empties goes back to the system at once, and the next call asks for another.
Where a loop calls across the border of two, every turn costs two system calls. A request under pytest is deep enough
to meet such borders, and a sixth of the suite's time went there (Python 3.11). Below one frame that needs a large chunk
there is room for all others.
"""

from __future__ import annotations

from typing import Any

import pytest
from _pytest import runner

NAMES = 36_000
"""Local names of the large frame, eight bytes each: more than half of a chunk of 512 KB, and the rest is free."""


def _large() -> Any:
    """A function that calls another one, below a frame with room for names it never uses."""
    unused = " = ".join(f"unused_{number}" for number in range(NAMES))
    lines = (
        "def call(function, *given, never=False):",
        f"    if never: {unused} = None",
        "    return function(*given)",
    )
    names: dict[str, Any] = {}
    exec("\n".join(lines), names)  # noqa: S102 -- nobody writes 36,000 names by hand
    return names["call"]


CALL = _large()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    """Set up, call and tear down one test, as pytest does, below the large frame."""
    return bool(CALL(runner.pytest_runtest_protocol, item, nextitem))
