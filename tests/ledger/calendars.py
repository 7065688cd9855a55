"""Calendars of every sort, for laws that hold in all of them."""

from __future__ import annotations

from hypothesis import strategies as st

from ledger.periods import CalendarRefused, PeriodUnknown, calendar_from

PATTERNS = st.sampled_from(["4-4-5", "4-5-4", "5-4-4", "13x4"])
WEEKDAYS = st.sampled_from(["monday", "friday", "saturday", "sunday"])
LABELS = st.sampled_from(["end", "start"])

NRF = calendar_from(
    {"pattern": "4-5-4", "start_month": 2, "week_ends_on": "saturday", "year_end": "nearest", "label": "start"}
)
"""The calendar of the National Retail Federation: years of 53 weeks were 2006, 2012, 2017 and 2023."""

SHORT_YEAR = calendar_from({"start_month": 1, "years": {"2026": {"from": "2026-01", "to": "2026-09"}}})
"""Calendar years up to 2025, nine months to September 2026, then years from October."""

LONG_YEAR = calendar_from({"start_month": 1, "years": {"2027": {"from": "2026-01", "to": "2027-03"}}})
"""Calendar years up to 2025, fifteen months to March 2027, then years from April; there is no fiscal year 2026."""


def month(ordinal: int) -> str:
    return f"{ordinal // 12:04}-{ordinal % 12 + 1:02}"


@st.composite
def months(draw):  # noqa: ANN001, ANN201 -- strategies, whose types say nothing here
    """Months from any start, with up to two changes of year-end between 2000 and 2040."""
    start = draw(st.integers(1, 12))
    description = {"start_month": start, "label": draw(LABELS), "years": {}}
    begins = start - 1
    at = 2000 * 12 + begins
    for _ in range(draw(st.integers(0, 2))):
        first = at + 12 * draw(st.integers(1, 10))
        last = first + draw(st.integers(1, 23)) - 1
        label = last // 12 if description["label"] == "end" else first // 12
        description["years"][str(label)] = {"from": month(first), "to": month(last)}
        at = last + 1
    try:
        return calendar_from(description)
    except CalendarRefused:  # two years that would carry one label
        return calendar_from({"start_month": start})


def rules():  # noqa: ANN201 -- strategies, whose types say nothing here
    return st.builds(
        lambda pattern, start, weekday, year_end, label, policy: calendar_from(
            {
                "pattern": pattern,
                "start_month": start,
                "week_ends_on": weekday,
                "year_end": year_end,
                "label": label,
                "week_53": policy,
            }
        ),
        PATTERNS,
        st.integers(1, 12),
        WEEKDAYS,
        st.sampled_from(["last", "nearest"]),
        LABELS,
        st.sampled_from(["disclose", "restate"]),
    )


@st.composite
def published(draw):  # noqa: ANN001, ANN201 -- strategies, whose types say nothing here
    """Published first days, with one year whose weeks are its own: short, long, or a 53rd week elsewhere."""
    from datetime import date, timedelta

    pattern = draw(PATTERNS)
    day = date(2000, 1, 3) + timedelta(days=draw(st.integers(0, 6)))
    odd = draw(st.integers(2005, 2015))
    weeks = draw(st.lists(st.integers(2, 6), min_size=1, max_size=18))
    starts, length = {}, draw(st.lists(st.sampled_from([52, 53]), min_size=41, max_size=41))
    for place, year in enumerate(range(2000, 2041)):
        starts[str(year)] = day.isoformat()
        day += timedelta(weeks=sum(weeks) if year == odd else length[place])
    return calendar_from({"pattern": pattern, "year_starts": starts, "years": {str(odd): {"weeks": weeks}}})


ALL = st.one_of(months(), rules(), published())


@st.composite
def places(draw):  # noqa: ANN001, ANN201 -- strategies, whose types say nothing here
    """A calendar and an ordinal well inside it."""
    calendar = draw(ALL)
    year = draw(st.integers(2004, 2036))
    while True:
        try:
            first, size = calendar.ordinal(year, 1), calendar.size(year)
            break
        except PeriodUnknown:  # a label that a long year leaves out
            year -= 1
    return calendar, first + draw(st.integers(0, size - 1))
