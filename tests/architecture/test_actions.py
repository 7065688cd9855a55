"""Every verb names its actor and leaves a record, and some test says so."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from audit.verbs import VERBS
from tests.architecture.source import BASE, is_actions, modules

TESTS = BASE / "tests"


def verbs_in_modules() -> Iterator[tuple[str, ast.FunctionDef, ast.Module]]:
    """Every public function of the actions modules."""
    for name, tree in modules():
        if is_actions(name):
            for node in tree.body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                    yield name, node, tree


def recorded(function: ast.FunctionDef, tree: ast.Module) -> set[str]:
    """The verbs that this function writes, itself or through functions of its module."""
    local = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found: set[str] = set()
    waiting, seen = [function.name], set()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in local:
            continue
        seen.add(name)
        for node in ast.walk(local[name]):
            if isinstance(node, ast.Constant) and node.value in VERBS:
                found.add(node.value)
            if isinstance(node, ast.Name):
                waiting.append(node.id)
                if constants.get(node.id) in VERBS:
                    found.add(constants[node.id])
    return found


def files_that_say(*words: str) -> list[Path]:
    """Test modules in which all of these words stand."""
    return [
        path for path in TESTS.rglob("test_*.py") if all(word in path.read_text(encoding="utf-8") for word in words)
    ]


ACTIONS = {f"{name}:{node.name}": (node, tree) for name, node, tree in verbs_in_modules()}
# These verbs are the means of others: the record itself, and jobs, which stand in the record of the deed
# that asks for them.
MEANS = {"audit/actions.py:record", "jobs/actions.py:enqueue"}


@pytest.mark.parametrize("action", ACTIONS)
def test_a_verb_takes_its_actor_by_keyword(action):
    function, _ = ACTIONS[action]

    assert "actor" in [argument.arg for argument in function.args.kwonlyargs]
    assert len(function.args.args) == 0


@pytest.mark.parametrize("action", sorted(set(ACTIONS) - MEANS))
def test_a_verb_leaves_a_record_and_a_test_asserts_it(action):
    function, tree = ACTIONS[action]
    verbs = recorded(function, tree)

    assert verbs, "records no verb of the registry"
    assert any(files_that_say(function.name, verb) for verb in verbs), f"no test names it together with {verbs}"


def test_every_verb_of_the_registry_reads_like_one():
    assert [verb for verb in VERBS if not verb.replace("_", ".").replace(".", "").isalpha()] == []
