"""Numbers are written one way everywhere, and a missing one says why."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template

from reports import formatting
from reports.figures import Figure, Variance
from reports.formatting import Scale, missing, scale_for
from tests.tables import table

K, M, PLAIN = Scale(1_000, 0, "USD"), Scale(1_000_000, 1, "USD"), Scale(1, 0, "USD")


def money(units: float) -> int:
    return round(units * 10_000)


def printed(template: str, **context: object) -> str:
    return Template("{% load figures %}" + template).render(Context(context))


@pytest.mark.parametrize(
    "row",
    table("""
        amount    | single   | in thousands | in millions
        49515000  | $49.5M   | "49,515"     | "49.5"
        7959000   | $7.96M   | "7,959"      | "8.0"
        239800    | $240K    | "240"        | "0.2"
        18400     | $18.4K   | "18"         | "0.0"
        331       | $331     | "0"          | "0.0"
        -331      | −$331    | "0"          | "0.0"
        -331000   | −$331K   | "−331"       | "−0.3"
        0         | $0       | "0"          | "0.0"
        999700    | $1.00M   | "1,000"      | "1.0"
    """),
)
def test_money_is_written_alone_with_three_digits_and_in_a_table_in_its_unit(row: dict[str, object]) -> None:
    amount = money(int(str(row["amount"])))
    assert formatting.single(amount, "USD") == row["single"]
    assert formatting.amount(amount, K) == row["in thousands"]
    assert formatting.amount(amount, M) == row["in millions"]


def test_the_unit_of_a_table_follows_its_median_row() -> None:
    assert scale_for([money(n) for n in (5_838_000, 2_309_000, 9_100_000)], currency="USD").unit == "$K"
    assert scale_for([money(n) for n in (58_380_000, 23_090_000, 1_000)], currency="EUR").unit == "€M"
    assert scale_for([money(n) for n in (900, 4_000)], currency="SEK").unit == "SEK"
    assert scale_for([None, 0], currency="USD") == PLAIN


def test_a_difference_is_always_signed_and_a_zero_never() -> None:
    assert formatting.amount(money(220_000), K, signed=True) == "+220"
    assert formatting.amount(money(-331_000), K, signed=True) == "−331"
    assert formatting.amount(money(-400), K, signed=True) == "0"
    assert formatting.percent(-0.0004, signed=True) == "0.0%"


def test_percent_has_one_decimal_and_beyond_ten_times_becomes_a_multiple() -> None:
    assert [formatting.percent(ratio, signed=True) for ratio in (0.056, -0.18, 9.99, 12.1)] == [
        "+5.6%",
        "−18.0%",
        "+999.0%",
        "+12×",
    ]


def test_points_days_heads_and_ratios_have_their_own_words() -> None:
    assert formatting.points(-0.07) == "−7.0 pp"
    assert formatting.plain(72.4, "days") == "72 days"
    assert formatting.plain(1_580_000, "count", unit="FTE") == "158 FTE"
    assert formatting.plain(15_000, "count") == "1.5"
    assert formatting.plain(3.44, "number") == "3.4"
    assert formatting.plain("at_margin_cost", "class") == "at margin cost"


def test_what_stands_beneath_a_headline_figure_shares_its_unit() -> None:
    assert formatting.beside(money(49_000_000), money(49_515_000)) == "49.0"
    assert formatting.beside(money(8_290_000), money(7_959_000)) == "8.29"


@pytest.mark.parametrize(
    ("reason", "word", "tone", "why"),
    [
        ("not_due: 8 Oct", "–", "", "8 Oct"),
        ("late", "late", "warn", "not delivered although due"),
        ("masked", "hidden", "lock", "you may not see this figure"),
        ("error: no EUR average rate for 2026-03", "error", "bad", "no EUR average rate for 2026-03"),
        ("not_applicable: n.m., small baseline", "n.m.", "", "not meaningful: small baseline"),
        ("not_applicable: the baseline is zero", "n.m.", "", "not meaningful: the baseline is zero"),
        ("not_applicable: only where net_burn > 0", "n/a", "", "only where net burn a month is above 0"),
        ("not_applicable: no customers acquired", "n/a", "", "no customers acquired"),
        ("not_applicable: unbudgeted", "unbudgeted", "", "the budget is zero, nothing to read it against"),
    ],
)  # fmt: skip
def test_a_missing_number_has_its_word_and_its_reason(reason: str, word: str, tone: str, why: str) -> None:
    assert missing(reason) == formatting.Missing(word, tone, why)


def test_dates_read_like_dates() -> None:
    assert formatting.day(date(2026, 10, 9)) == "9 Oct 2026"
    now = datetime(2026, 10, 13, tzinfo=UTC)
    assert formatting.moment(datetime(2026, 10, 9, 7, 40, tzinfo=UTC), now=now) == "9 Oct 07:40"
    assert formatting.moment(datetime(2025, 10, 9, 7, 40, tzinfo=UTC), now=now) == "9 Oct 2025 07:40"


def test_a_variance_says_its_effect_by_sign_shape_and_word() -> None:
    hurts = Variance(money(201_000), "money", "unfavourable", is_material=True)
    assert printed("{% variance value scale %}", value=hurts, scale=K) == (
        '<span class="v b">+201<span class="vh"> unfavourable</span><span class="tri" aria-hidden="true"></span></span>'
    )


def test_a_variance_inside_tolerance_stays_grey_and_silent() -> None:
    small = Variance(0.004, "percent", "unfavourable", is_material=False)
    assert printed("{% variance value %}", value=small) == (
        '<span class="v z">+0.4%<span class="tri" aria-hidden="true"></span></span>'
    )


def test_a_figure_leads_to_its_explanation() -> None:
    figure = Figure(money(1_693_000), href="/units/U06/explain/revenue/?period=2026-09&basis=month")
    assert printed("{% figure value scale %}", value=figure, scale=K) == (
        '<a class="f" href="/units/U06/explain/revenue/?period=2026-09&amp;basis=month" data-explain>1,693</a>'
    )


def test_a_missing_figure_is_never_blank_and_tells_everybody_why() -> None:
    late = Figure(None, reason="late: September")
    assert printed("{% figure value %}", value=late) == (
        '<span class="tag warn" title="September">late<span class="vh">, September</span></span>'
    )
    waiting = Figure(None, reason="not_due: due 8 Oct")
    assert printed("{% figure value %}", value=waiting) == (
        '<span class="none" title="due 8 Oct"><span aria-hidden="true">–</span>'
        '<span class="vh">not due, due 8 Oct</span></span>'
    )


def test_a_partial_total_says_of_how_many() -> None:
    part = Figure(money(1_000_000), currency="USD", coverage="9 of 12 units")
    assert printed("{% figure value %}", value=part) == '<span title="9 of 12 units">$1.00M</span>'


def test_a_headline_figure_prints_its_unit_small() -> None:
    assert printed("{% big_figure value %}", value=Figure(money(49_515_000), currency="USD")) == "$49.5<small>M</small>"
    assert printed("{% big_figure value %}", value=Figure(0.161, "ratio")) == "16.1<small>%</small>"
    assert printed("{% big_figure value %}", value=Figure(1_580_000, "count", unit="FTE")) == "158<small> FTE</small>"


def test_what_came_from_a_file_is_escaped() -> None:
    figure = Figure("<b>bold</b>", "class", href='/x"onclick="', tag="<i>")
    assert printed("{% figure value %}", value=figure) == (
        '<a class="f" href="/x&quot;onclick=&quot;" data-explain>&lt;b&gt;bold&lt;/b&gt; '
        '<span class="tag">&lt;i&gt;</span></a>'
    )
    missing_one = Figure(None, reason="error: <script>")
    assert "<script>" not in printed("{% figure value %}", value=missing_one)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Cloud Hosting", "Cloud Hosting"),
        ("Ünïté Ñandú", "Ünïté Ñandú"),
        ("وحدة", "\u2068وحدة\u2069"),
        ("\u202eevil", "\u2068\u202eevil\u2069"),
        ("a\u2069\u202eb", "\u2068a\u202eb\u2069"),
    ],
)
def test_a_name_that_runs_the_other_way_is_kept_apart(name: str, written: str) -> None:
    assert formatting.apart(name) == written
