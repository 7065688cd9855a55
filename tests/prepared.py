"""Prepared rows: what many tests begin with, written once for tests that follow one another.

    @prepared
    def company() -> Company:
        return build_company()

    @prepared
    def computed(company: Company) -> Company:  # on top of the company
        ...

What is prepared is written in a transaction around that of the test: a test is rolled back as ever, what it began with
stays for the next, and before a test that asks for less, or for something else, it is rolled back too. Every test is
handed a copy of what the function gave, so that it may change its objects as it likes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from inspect import Parameter, Signature, signature
from typing import Any

import pytest
from django.db import connection, transaction


@dataclass(frozen=True, eq=False)
class Layer:
    """What one function writes, on top of what the layers it names have written."""

    build: Callable[..., Any]

    @property
    def below(self) -> tuple[str, ...]:
        return tuple(signature(self.build).parameters)


class Ground:
    """The layers that stand, each in a transaction of its own inside that of the one below."""

    def __init__(self) -> None:
        self._standing: list[tuple[Layer, transaction.Atomic, Any]] = []

    def lay(self, wanted: dict[str, Layer]) -> None:
        """Have these stand, lowest first, and nothing else."""
        layers = list(wanted.values())
        kept = 0
        while kept < min(len(layers), len(self._standing)) and self._standing[kept][0] is layers[kept]:
            kept += 1
        self.clear(down_to=kept)
        for layer in layers[kept:]:
            self._build(layer, **{name: self.value(wanted[name]) for name in layer.below})

    def __contains__(self, layer: Layer) -> bool:
        return any(standing is layer for standing, _, _ in self._standing)

    def value(self, layer: Layer) -> Any:
        """A copy of what the function of a layer gave."""
        return deepcopy(next(value for standing, _, value in self._standing if standing is layer))

    def clear(self, down_to: int = 0) -> None:
        """Roll back all that stands, or all above the lowest few."""
        while len(self._standing) > down_to:
            _, around, _ = self._standing.pop()
            transaction.set_rollback(True)
            around.__exit__(None, None, None)

    def _build(self, layer: Layer, **below: Any) -> None:
        around = transaction.atomic()
        around.__enter__()
        try:
            value = layer.build(**below)
            connection.check_constraints()  # now and for good: what is deferred would be checked after every test anew
        except BaseException:
            around.__exit__(*sys.exc_info())
            raise
        self._standing.append((layer, around, value))


@pytest.fixture(scope="session")
def ground(django_db_setup: None, django_db_blocker: Any) -> Iterator[Ground]:
    """What stands in this process; gone before the database goes."""
    found = Ground()
    yield found
    with django_db_blocker.unblock():
        found.clear()


def prepared(build: Callable[..., Any]) -> Any:
    """Make a fixture of a function that writes rows; its arguments are other prepared fixtures."""
    layer = Layer(build)

    def stands(db: None, ground: Ground, **below: Any) -> Any:
        return ground.value(layer) if layer in ground else build(**below)  # the latter where a test asks while it runs

    named = [Parameter(name, Parameter.KEYWORD_ONLY) for name in ("db", "ground", *layer.below)]
    stands.__signature__ = Signature(named)  # type: ignore[attr-defined]  # where pytest looks for what it needs
    stands.__doc__, stands.layer = build.__doc__, layer  # type: ignore[attr-defined]  # found again by _wanted
    return pytest.fixture(name=build.__name__)(stands)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> Iterator[None]:
    """Lay the ground before the transaction of a test begins: all of pytest-django's ways to the rows set this up."""
    if fixturedef.argname == "_django_db_helper":
        with request.getfixturevalue("django_db_blocker").unblock():
            request.getfixturevalue("ground").lay(_wanted(request))
    return (yield)


def _wanted(request: pytest.FixtureRequest) -> dict[str, Layer]:
    """The layers that a test asks for, by the names of their fixtures, lowest first."""
    known = request.node._fixtureinfo.name2fixturedefs
    found: dict[str, Layer] = {}

    def add(name: str) -> None:
        layer = getattr(known[name][-1].func, "layer", None) if name in known else None
        if layer is not None and name not in found:
            for below in layer.below:
                add(below)
            found[name] = layer

    for name in request.fixturenames:
        add(name)
    return found
