"""The law of staging: every amount of a file is mapped, unmapped or rejected, and nothing is lost between."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ledger.amounts import as_text
from ledger.difference import StandingEntry, compare
from ledger.layout import Reader, recognise
from ledger.mapping import Mapping, MappingRefused
from ledger.periods import Months
from ledger.reading import Sheet
from ledger.staging import Known, StagedEntry, stage

KNOWN = Known(
    units={"U1": 1, "U2": 2},
    counterparties=frozenset({"U1", "U2"}),
    accounts={"REV": 1, "COST": 2},
    calendar=Months(1),
)
MAPPING = Mapping.of({"units": {"Left out": None}, "accounts": {"old": "REV"}, "signs": {"COST": -1}})
HEADER = ["unit", "account", "period", "amount", "counterparty"]


def staged(rows, mapping=MAPPING):
    sheet = Sheet(name="", rows=[HEADER, *rows])
    reader = Reader("f.csv", mapping, KNOWN.calendar, KNOWN.accounts.__contains__)
    return stage(sheet, recognise(sheet, reader=reader), file="f.csv", mapping=mapping, known=KNOWN)


amounts = st.integers(-(10**14), 10**14)
rows = st.lists(
    st.tuples(
        st.sampled_from(["U1", "U2", "U3", "", "Left out", "Total"]),
        st.sampled_from(["REV", "COST", "old", "new", ""]),
        st.sampled_from(["2026-01", "2026-02", "2026-13", "", "FY2026"]),
        amounts.map(as_text),
        st.sampled_from(["", "U1", "U9"]),
    ).map(list),
    max_size=30,
)


@given(rows)
def test_mapped_unmapped_and_rejected_add_up_to_the_control_total(lines):
    staging = staged(lines)
    control = sum(round(float(line[3]) * 10_000) if abs(float(line[3])) < 1e9 else _exact(line[3]) for line in lines)

    totals = staging.totals
    assert totals.control == totals.mapped + totals.unmapped + totals.rejected == control
    assert sum(-entry.amount if entry.account == 2 else entry.amount for entry in staging.entries) == totals.mapped


def _exact(text):
    return int(text.replace(".", ""))


def test_a_row_with_an_unknown_code_is_unmapped_and_one_that_is_wrong_is_rejected():
    staging = staged(
        [
            ["U1", "REV", "2026-01", "1", ""],
            ["U9", "REV", "2026-01", "2", ""],
            ["U1", "REV", "soon", "4", ""],
            ["U9", "REV", "soon", "8", ""],
            ["Left out", "REV", "2026-01", "16", ""],
        ]
    )

    assert staging.totals.as_document() == {
        "control": "31.0000",
        "mapped": "1.0000",
        "unmapped": "18.0000",
        "rejected": "12.0000",
    }


keys = st.tuples(
    st.integers(1, 2), st.integers(1, 2), st.just(24312), st.just("actual"), st.just(""), st.just(""), st.just("")
)
contents = st.lists(st.tuples(keys, st.integers(0, 3)), max_size=12)


@given(contents, contents)
def test_after_an_import_exactly_the_file_stands(before, after):
    standing = [StandingEntry(*key, amount, pk) for pk, (key, amount) in enumerate(before)]
    new = [StagedEntry(*key, amount, row, "") for row, (key, amount) in enumerate(after)]

    comparison = compare(standing, new)

    closed = {entry.pk for entry in comparison.closes}
    kept = [entry[:8] for entry in standing if entry.pk not in closed] + [entry[:8] for entry in comparison.inserts]
    assert sorted(kept) == sorted(entry[:8] for entry in new)
    counts = comparison.counts
    assert counts.new + counts.changed + counts.same == len(new)
    assert counts.closed + counts.changed + counts.same == len(standing)


@given(contents)
def test_the_same_content_in_another_order_is_the_same(content):
    standing = [StandingEntry(*key, amount, pk) for pk, (key, amount) in enumerate(content)]
    turned = [StagedEntry(*key, amount, row, "") for row, (key, amount) in enumerate(reversed(content))]

    assert compare(standing, turned).is_empty


def test_a_mapping_is_checked_part_by_part():
    wrong = [
        ([], "A mapping is one JSON object"),
        ({"colums": {}}, "A mapping has no part “colums”"),
        ({"columns": []}, "“columns” in the mapping is an object"),
        ({"constants": {"amount": "1"}}, "“amount” cannot be a constant"),
        ({"constants": {"unit": None}}, "“unit” in “constants” of the mapping is a text"),
        ({"units": {"a": 1.5}}, "“a” in “units” of the mapping is a text"),
        ({"signs": {"a": 2}}, "The sign of “a” in the mapping is 1 or -1"),
    ]
    for document, sentence in wrong:
        try:
            Mapping.of(document)
        except MappingRefused as refused:
            assert str(refused).startswith(sentence)
        else:
            raise AssertionError(document)


def test_a_mapping_survives_being_kept():
    document = {"columns": {"Dept": "unit", "x": None}, "units": {"a": "U1"}, "signs": {"COST": -1}}

    assert Mapping.of(document).as_document() == document
