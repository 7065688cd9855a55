"""A course that is followed again and again tells what a replay from the beginning tells."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from alerts.rules import Counts, Course, Reading, replay

JUNE = 6
SEVERITY = st.sampled_from(["", "near", "warning", "critical", None])
SERIES = st.lists(SEVERITY, max_size=14)
LOOKS = st.lists(st.tuples(st.integers(0, 6), SERIES), max_size=8)
"""How many periods are left out in front, and what the newest say from then on."""
COUNTS = st.sampled_from([Counts(), Counts.in_a_row(2), Counts(2, 3, 1), Counts(3, 4, 2), Counts(1, 1, 3)])


@settings(max_examples=300)
@example(counts=Counts(), looks=[(0, ["warning", "", "", "warning"]), (1, [""]), (2, ["warning"]), (4, [])])
@given(counts=COUNTS, looks=LOOKS)
def test_whatever_leaves_in_front_and_comes_or_changes_at_the_end(counts: Counts, looks: list[tuple[int, list[str]]]):
    course, series, first = Course(counts), [], 0
    for mark, (gone, news) in enumerate(looks):
        kept = series[gone : max(gone, len(series) - len(news) // 2)]
        first += gone
        begins = kept[-1].ordinal + 1 if kept else JUNE + first + 100 * mark
        series = [*kept, *(Reading(begins + place, each, mark) for place, each in enumerate(news))]

        assert course.over(series) == replay(series, counts)
        assert course.over(tuple(series)) == replay(series, counts)
