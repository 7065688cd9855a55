"""What is wrong with a page, whatever it shows: its tags, its ids, words of Python, names that turn what follows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from html.parser import HTMLParser
from pathlib import Path

ROOT = Path(__file__).parents[3]
INLINE = {"a", "b", "code", "em", "i", "label", "mark", "output", "q", "small", "span", "strong", "time"}
APART = set(
    re.search(r"([\w, ]+) { unicode-bidi: isolate", (ROOT / "static/css/components.css").read_text())[1].split(", ")
)
"""Elements of a line whose direction is their own business, by the style sheet."""
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
DRAWN = {"path", "rect", "line", "circle", "polyline", "polygon", "use", "ellipse", "stop"}
BLOCKS = {"div", "p", "ul", "ol", "dl", "table", "section", "form", "h1", "h2", "h3", "h4", "figure", "details", "nav"}
IN_TABLES = {
    "table": {"caption", "colgroup", "thead", "tbody", "tfoot", "tr"},
    "thead": {"tr"},
    "tbody": {"tr"},
    "tfoot": {"tr"},
    "tr": {"td", "th"},
    "ul": {"li"},
    "ol": {"li"},
}
LOCKED = {"a": {"a", "button", "input", "select", "textarea"}, "button": {"a", "button", "input"}, "form": {"form"}}
NEVER = re.compile(
    r"\b(None(?! yet\b| of\b)|nan|NaN|[Ii]nf|Infinity|undefined|Decimal)\b|\{\{|\{%|&lt;(span|a|b) |\bobject at 0x"
)


class Reading(HTMLParser):
    """A page read tag by tag: faults of its structure, its texts, and the elements they stand in."""

    def __init__(self, text: str, typed: Collection[str] = ()) -> None:
        super().__init__()
        self.typed = tuple({" ".join(each.lower().split()) for each in typed})
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.inside: list[list[str]] = [[]]
        self.faults: list[str] = []
        self.ids: list[str] = []
        self.texts: list[tuple[str, str]] = []
        self.loose: list[str] = []
        self.feed(text)
        self.close()
        self.faults += [f"<{tag}> is never closed" for tag, _ in self.open]
        self.faults += [f"id {each} twice" for each in {one for one in self.ids if self.ids.count(one) > 1}]

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        if len(found) != len(attributes):
            self.faults.append(f"<{tag}> has an attribute twice: {attributes}")
        if found.get("id"):
            self.ids.append(str(found["id"]))
        self._placed(tag)
        self.texts += [(f"{tag} {name}", value) for name, value in attributes if value and name != "d"]
        if tag not in VOID:
            self.open.append((tag, found))
            self.inside.append([])

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self._left()

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            self.faults.append(f"</{tag}> closes nothing")
        elif not self.open or self.open[-1][0] != tag:
            self.faults.append(f"</{tag}> closes <{self.open[-1][0] if self.open else 'nothing'}> ({self.getpos()[0]})")
            while self.open and self._left() != tag:
                pass
        else:
            self._left()

    def handle_data(self, data: str) -> None:
        above = self.open[-1][0] if self.open else ""
        if not data.strip() or above in ("script", "style"):
            return
        if above in IN_TABLES:
            self.faults.append(f"{data.strip()[:40]!r} directly in <{above}>")
        self.texts.append((f"{above} {self.open[-1][1].get('class', '')}" if self.open else "", data))
        self.inside[-1].append(data)

    def _left(self) -> str:
        """Close the innermost element, and look at what stood directly in it."""
        (tag, _), pieces = self.open.pop(), self.inside.pop()
        self.inside[-1] += ["\ufffc"] if pieces else []
        for place, piece in enumerate(pieces, start=1):
            words = " ".join(re.sub("\u2068[^\u2068\u2069]*\u2069", "", piece).split())
            is_last = place == len(pieces) and words.lower().endswith(self.typed) and tag not in INLINE - APART
            if is_turned(words) and tag != "bdi" and not is_last:
                self.loose.append(f"{words[:80]!r} in <{tag}>")
        return tag

    def _placed(self, tag: str) -> None:
        above = [each for each, _ in self.open]
        if above and above[-1] in IN_TABLES and tag not in IN_TABLES[above[-1]] | {"script", "template"}:
            self.faults.append(f"<{tag}> directly in <{above[-1]}> ({self.getpos()[0]})")
        if "p" in above and tag in BLOCKS:
            self.faults.append(f"<{tag}> in <p> ({self.getpos()[0]})")
        self.faults += [f"<{tag}> in <{each}> ({self.getpos()[0]})" for each in above if tag in LOCKED.get(each, ())]


def is_turned(text: str) -> bool:
    """Whether a text, or a part of it, does not run from left to right."""
    return any(unicodedata.bidirectional(each) in ("R", "AL", "AN", "RLE", "RLO", "LRO", "RLI") for each in text)


def wrong_with(page: str, typed: Collection[str] = ()) -> list[str]:
    """What is wrong with the page, in words; what was `typed` by people may say anything, in an element of its own."""
    reading = Reading(page, typed)
    found = reading.faults + [f"turns what stands beside it: {each}" for each in reading.loose]
    if not typed:
        found += [f"{text.strip()[:80]!r} in {place}" for place, text in reading.texts if _is_python(place, text)]
    return found


def _is_python(place: str, text: str) -> bool:
    """Whether a text says what no reader should see; a choice may well be called None."""
    is_choice = text.strip() == "None" and place.startswith(("option", "td field-rate_type"))
    return bool(NEVER.search(text)) and not is_choice
