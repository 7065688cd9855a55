"""From text to tokens: the alphabet of the formula language, and the error that points into it.

The alphabet is closed: what no rule below matches is refused where it stands. There are no strings, no
attributes, no subscripts and no names that begin with an underscore, so there is nothing to escape to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_LENGTH = 2_000

VERSIONS = ("actual", "budget", "forecast")
IMPACT_VERSIONS = (*VERSIONS, "baseline")
IMPACT_NAMES = ("value", "limit", "target", "baseline")
WORDS = ("and", "or", "not")


class FormulaError(ValueError):
    """A formula that cannot be read: what is wrong, where (zero-based position), and what may be meant."""

    def __init__(self, message: str, *, position: int, suggestion: str = "") -> None:
        self.message = message
        self.position = position
        self.suggestion = suggestion
        meant = f" Did you mean “{suggestion}”?" if suggestion else ""
        super().__init__(f"At character {position + 1}: {message}{meant}")


@dataclass(frozen=True)
class Token:
    """A piece of the text. Kinds: number, percent, word, name (role: and account: only), symbol, end.

    The text of a name is the name itself (`account:4000 A`), without the quotes it was written with.
    """

    kind: str
    text: str
    at: int


_NAMES = (
    re.compile(r'(?P<prefix>account:)"(?P<code>[^"\x00-\x1f]{1,100})"'),
    re.compile(r"(?P<prefix>account:)(?P<code>\w(?:[\w.\-]*\w)?)"),
    re.compile(r"(?P<prefix>role:)(?P<code>[a-z][a-z0-9_]*)"),
)
_NUMBER = re.compile(r"(?P<digits>\d+(?:\.\d+)?)(?P<percent>%?)", re.ASCII)
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SYMBOL = re.compile(r"<=|>=|!=|<>|[-+*/=<>(),.−×÷≤≥≠]")
_SPELLINGS = {"−": "-", "×": "*", "÷": "/", "≤": "<=", "≥": ">=", "≠": "!=", "<>": "!="}
_SPACE = re.compile(r"[ \t\r\n\u00a0]+")


def tokens(text: str) -> list[Token]:
    """The tokens of a formula, closed by one of kind `end`. Signs as printed (−, ×, ÷, ≤) are accepted."""
    if len(text) > MAX_LENGTH:
        raise FormulaError(
            f"the formula has {len(text)} characters; {MAX_LENGTH} is the most. Give a part of it its own metric.",
            position=MAX_LENGTH,
        )
    found: list[Token] = []
    at = 0
    while at < len(text):
        if space := _SPACE.match(text, at):
            at = space.end()
            continue
        token, at = _next(text, at)
        found.append(token)
    return [*found, Token("end", "", len(text))]


def _next(text: str, at: int) -> tuple[Token, int]:
    for pattern in _NAMES:
        if match := pattern.match(text, at):
            return Token("name", match["prefix"] + match["code"], at), match.end()
    if match := _NUMBER.match(text, at):
        return _number(text, match), match.end()
    if match := _WORD.match(text, at):
        _refuse_underscores(match[0], at)
        return Token("word", match[0], at), match.end()
    if match := _SYMBOL.match(text, at):
        return Token("symbol", _SPELLINGS.get(match[0], match[0]), at), match.end()
    raise FormulaError(_stray(text[at]), position=at)


def _number(text: str, match: re.Match[str]) -> Token:
    digits, at = match["digits"], match.start()
    whole = digits.partition(".")[0]
    if len(whole) > 1 and whole.startswith("0"):
        raise FormulaError(
            f"“{digits}” begins with a zero. Numbers are written without separators of thousands: 1000, not 1,000.",
            position=at,
        )
    if len(digits) > 18:
        raise FormulaError("a number has at most 18 digits.", position=at)
    after = text[match.end() : match.end() + 1]
    if after == "." or after == "_" or after.isalnum():
        raise FormulaError(
            f"the number {digits} runs into “{after}”. Numbers are written like 1000, 0.5 or 15%.",
            position=match.end(),
        )
    return Token("percent" if match["percent"] else "number", digits, at)


def _refuse_underscores(word: str, at: int) -> None:
    if word.startswith("_") or "__" in word:
        raise FormulaError(
            f"“{word}” is not a name: names begin with a letter and hold single underscores.", position=at
        )


def _stray(character: str) -> str:
    if character in "\"'`":
        return 'there is no text in formulas; only an account code may be quoted, as in account:"4000 A".'
    if character in "^":
        return "there is no power in formulas."
    if character in "&|!":
        return "conditions are joined by the words and, or, not."
    if character == ":":
        return "only role: and account: take a colon. Put spaces around a minus that follows an account code."
    if character == "%":
        return "a percent sign follows a number, as in 15%."
    return (
        f"“{character}” has no meaning in a formula."
        if character.isprintable()
        else "there is an invisible character here."
    )
