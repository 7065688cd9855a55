"""`manage.py allocate`: a file of requests divided three ways, and refused with every reason."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.tables import assert_reads
from units.commands import DataRefused, WrongCall

THREE = """\
request,minimum,asked,return,priority
Hiring,100,400,1.5,1
Cloud,50,300.50,0.8,1
Brand,0,500,1.2,1
"""


@pytest.fixture
def asked(tmp_path: Path) -> Any:
    """`asked(text, *options)` is what the command prints for a file of this text."""

    def printed(text: str, *options: str) -> str:
        path = tmp_path / "requests.csv"
        path.write_text(text, encoding="utf-8")
        out = StringIO()
        call_command("allocate", str(path), *options, stdout=out)
        return out.getvalue()

    return printed


def test_three_divisions_stand_side_by_side(asked) -> None:
    assert [line.split() for line in asked(THREE, "--budget", "600").splitlines()] == [
        ["request", "minimum", "asked", "equal", "proportional", "optimal"],
        ["Hiring", "100.0000", "400.0000", "200.0000", "199.9167", "400.0000"],
        ["Cloud", "50.0000", "300.5000", "200.0000", "150.1874", "50.0000"],
        ["Brand", "0.0000", "500.0000", "200.0000", "249.8959", "150.0000"],
        ["left", "0.0000", "0.0000", "0.0000"],
        ["returns", "700.0000", "719.9000", "820.0000"],
    ]


def test_programs_read_money_as_text_and_factors_as_numbers(asked) -> None:
    found = json.loads(asked(THREE, "--budget", "1,300.50", "--json"))

    assert found["budget"] == "1300.5000"
    assert found["requests"][1] == {
        "request": "Cloud",
        "minimum": "50.0000",
        "asked": "300.5000",
        "return": 0.8,
        "priority": 1.0,
    }
    assert_reads(
        found["allocations"],
        """
        method       | left       | returns
        equal        | "100.0000" | "1440.4000"
        proportional | "100.0000" | "1440.4000"
        optimal      | "100.0000" | "1440.4000"
        """,
    )


def test_minimum_return_and_priority_may_be_left_out(asked) -> None:
    found = json.loads(asked("request,asked\nA,100\nB,300\n", "--budget", "200", "--json"))

    assert [each["granted"]["A"] for each in found["allocations"][:2]] == ["100.0000", "50.0000"]


def test_minimums_above_the_budget_are_refused_in_a_sentence(asked) -> None:
    with pytest.raises(DataRefused, match="The minimums of 3 requests add to 150.0000, 50.0000 more") as refused:
        asked(THREE, "--budget", "100")

    assert refused.value.returncode == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("request,asked\nA,100\nB,many\n", "Row 3, column asked: This is not a number"),
        ("request,asked,return\nA,100,good\n", "Row 2, column return: “good” is no factor"),
        ("request,asked,return\nA,100,NaN\n", "“NaN” is no factor"),
        ("request,asked\n,100\n", "Row 2, column request: A request has a name"),
        ("request,wish\nA,100\n", "Row 1, column asked: This column is missing"),
        ("request,asked,colour\nA,100,red\n", "Row 1, column colour: There is no such column"),
        ("request,asked\n", "There is no request"),
        ("request,asked,minimum\nA,100,200\n", "A asks 100.0000 with a minimum of 200.0000"),
        ("request,asked\nA,1\nA,2\n", "A stands there twice"),
    ],
)
def test_a_file_that_says_nothing_is_refused_with_every_reason(asked, text: str, sentence: str) -> None:
    with pytest.raises(DataRefused, match=sentence):
        asked(text, "--budget", "100")


def test_with_json_the_reasons_stand_on_standard_output(tmp_path: Path) -> None:
    path, out = tmp_path / "requests.csv", StringIO()
    path.write_text("request,asked\nA,many\nB,more\n", encoding="utf-8")

    with pytest.raises(DataRefused):
        call_command("allocate", str(path), "--budget", "100", "--json", stdout=out)

    told = json.loads(out.getvalue())
    assert (told["status"], [each["row"] for each in told["errors"]]) == ("refused", [2, 3])


@pytest.mark.parametrize("budget", ["much", "-1", ""])
def test_a_budget_that_is_none_is_a_wrong_call(asked, budget: str) -> None:
    with pytest.raises(WrongCall, match="is no budget"):
        asked(THREE, f"--budget={budget}")


def test_a_file_that_is_not_there_is_a_wrong_call() -> None:
    with pytest.raises(WrongCall, match="cannot be read"):
        call_command("allocate", "/nowhere/requests.csv", "--budget", "100")
