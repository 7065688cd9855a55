"""Words that may be said only in their places."""

from __future__ import annotations

import ast
import re

import pytest

from tests.architecture.source import modules

# Where a row may be reached without a scope: verbs check abilities themselves, the engine and commands
# speak for the company. Everything else carries its reason.
PLACES = re.compile(
    r"units/scope\.py|[a-z]+/(actions|frames)(/[a-z_]+)?\.py|[a-z]+/(tasks|recompute|store)\.py"
    r"|[a-z]+/management/commands/[a-z_]+\.py"
)
UNSCOPED_BECAUSE: dict[str, str] = {
    "alerts/telling/desk.py": "whether a reader was told of something before, which decides what is packed",
    "alerts/telling/outbox.py": "channels are told whoever made the change; rights are asked when news is packed",
    "ledger/oddities.py": "units whose codes their importer was let bring figures for when the rows were staged",
}
SQL_BECAUSE = {
    "config/preparation.py": "asks a database that may not be there whether it is",
    "metrics/frames/columns.py": "columns of millions of rows, at one mark, for the engine",
    "metrics/frames/figures.py": "which accounts a unit carries, out of millions of rows",
    "metrics/frames/news.py": "what is carried for the first time, out of millions of rows",
    "metrics/store.py": "the advisory lock between those who write for a run and who ends it",
    "metrics/recompute.py": "the advisory lock that lets one recompute work at a time",
    "units/marks.py": "the advisory lock that puts marks into commit order",
    "ledger/rows.py": "COPY into a table on PostgreSQL",
    "audit/exporting.py": "the text of a record as it was sealed, in the words of the database",
    "audit/sealing.py": "the snapshot below which the sealer reads",
    "audit/verification.py": "verification reads what is there, not what the ORM makes of it",
    "audit/triggers.py": "triggers are SQL",
}
# Who speaks for the company and not for a reader.
SYSTEM_PLACES = re.compile(r"[a-z]+/(tasks|recompute)\.py|[a-z]+/management/commands/[a-z_]+\.py|sample/[a-z]+\.py")
SYSTEM_BECAUSE = {
    "alerts/governing.py": "which limits judge a unit is known to whoever may read its thresholds, wherever they stand",
    "alerts/effective.py": "which limits judge a unit is known to whoever may read its thresholds, wherever they stand",
    "alerts/known.py": "which limits judge a unit is known to whoever may read its alerts, wherever they stand",
    "alerts/quiet.py": "which limits judge a unit is known to whoever may read its alerts, wherever they stand",
    "alerts/approving/ground.py": "what a second person approves is the same for all; readers' rows are narrowed later",
    "alerts/planned.py": "a new threshold is tried on all it holds for, before it is set",
    "ledger/company.py": "the currency that all figures are in is known to every reader",
    "ledger/querysets.py": "days nobody works on, calendars and closings of units read already; no unit is named",
    "metrics/shelf.py": "the first period a version has figures for: a period and no unit",
    "reports/holdings.py": "that units moved at all, which decides what is read within the scope; no unit is named",
    "reports/rehearsal.py": "an import is judged as the engine will judge it; what comes of it is read within a scope",
    "reports/selection.py": "that units came to or left the unit picked, whose figures say so; no unit is named",
}
RUN_TIME_PLACES = {"unscoped", "_base_manager"}


def unscoped_in(tree: ast.Module) -> bool:
    return any(isinstance(node, ast.Attribute) and node.attr in RUN_TIME_PLACES for node in ast.walk(tree))


def sql_in(tree: ast.Module) -> bool:
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"cursor", "raw", "extra", "execute_sql"}
        and not (isinstance(node.func.value, ast.Call) and getattr(node.func.value.func, "id", "") == "super")
        for node in ast.walk(tree)
    )


def doubled_stars_on_requests(tree: ast.Module) -> bool:
    """`filter(**request.GET)` lets the reader choose the lookup."""
    return any(
        keyword.arg is None and re.search(r"request\b.*\b(GET|POST|data|query_params)\b", ast.unparse(keyword.value))
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
    )


def test_unscoped_is_said_only_in_its_places():
    said = {name for name, tree in modules() if unscoped_in(tree) and not PLACES.fullmatch(name)}

    assert said == set(UNSCOPED_BECAUSE)


def test_own_sql_is_written_only_in_its_places():
    assert {name for name, tree in modules() if sql_in(tree)} == set(SQL_BECAUSE)


def test_no_lookup_is_made_of_what_a_request_says():
    assert [name for name, tree in modules() if doubled_stars_on_requests(tree)] == []


def speaks_for_the_system(tree: ast.Module) -> bool:
    return any(isinstance(node, ast.Attribute) and ast.unparse(node) == "Scope.system" for node in ast.walk(tree))


def test_nobody_reads_as_the_system_on_a_readers_behalf():
    said = {name for name, tree in modules() if speaks_for_the_system(tree) and not SYSTEM_PLACES.fullmatch(name)}

    assert said == set(SYSTEM_BECAUSE)


@pytest.mark.parametrize(
    ("finds", "source"),
    [
        (unscoped_in, "def page(request): return Unit.unscoped.get(pk=1)"),
        (unscoped_in, "rows = Entry._base_manager.all()"),
        (sql_in, "connection.cursor().execute('SELECT 1')"),
        (sql_in, "Unit.unscoped.raw('SELECT 1')"),
        (speaks_for_the_system, "Unit.objects.within(Scope.system('page'))"),
        (doubled_stars_on_requests, "Unit.objects.filter(**request.GET.dict())"),
        (doubled_stars_on_requests, "Unit.objects.filter(**dict(self.request.query_params))"),
    ],
)
def test_the_search_finds_what_it_looks_for(finds, source):
    assert finds(ast.parse(source))
