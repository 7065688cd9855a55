"""Forty names that files bring along: markup, quotes, templates, other scripts, and what looks like nothing."""

from __future__ import annotations

from html import escape

HOSTILE = (
    *(
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "'; drop table units_unit; --",
        "</td></tr></table>",
    ),
    *("{{ 7 * 7 }}", "{% include 'x' %}", "${7*7}", "%s %d %(x)s", "{0.__class__}", "<!-- -->", "]]>", "&lt;b&gt;"),
    *("&amp;", "&#x3C;", "javascript:alert(1)", "data:text/html,x", "a\tb", "a\nb", "a\r\nb", "\u202eevil"),
    *("\u200b", "\u00ad", "Ünïté Ñandú", "单位", "وحدة", "यूनिट", "🏦 Bank", "e\u0301", "\ufeffBOM", "–"),
    *(
        "null",
        "None",
        "NaN",
        "0",
        "-1",
        "../../etc/passwd",
        "?period=1&as_of=x",
        "#fragment",
        "x" * 120,
        "   spaces   ",
    ),
)
assert len(HOSTILE) == 40


def raw_markup_in(page: str) -> list[str]:
    """Which of the names stand in a page as they were typed although they are markup."""
    return [name for name in HOSTILE if escape(name) != name and "<" in name and name in page]
