"""The product's own source files, for tests that read them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent.parent
APPS = ["config", "sample", "reports", "alerts", "metrics", "ledger", "units", "people", "jobs", "audit"]


def modules(*, migrations: bool = False) -> Iterator[tuple[str, ast.Module]]:
    """Every module of the product with its syntax tree, named by its path."""
    for app in APPS:
        for path in sorted((BASE / app).rglob("*.py")):
            name = path.relative_to(BASE).as_posix()
            if migrations or "/migrations/" not in name:
                yield name, ast.parse(path.read_text(encoding="utf-8"))


def is_actions(name: str) -> bool:
    return name.endswith("/actions.py") or "/actions/" in name
