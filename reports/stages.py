"""How far an upload is, in the two counts that its job keeps.

Each row takes a step to be checked and, where the file is imported and not only tried, a second one to be written.
So two counts say which stage it is in: 112,000 of 200,000 steps of an import are 12,000 of 100,000 rows written.
The worker counts them, the page puts them into words.
"""

from __future__ import annotations

from ledger.progress import CHECKED, READ, WRITTEN


def steps(stage: str, done: int, of: int, *, lands: bool) -> tuple[int, int]:
    """The steps done and all steps, for so many of `of` rows through a stage."""
    before = {READ: -done, CHECKED: 0, WRITTEN: of}[stage]
    return before + done, of * (2 if lands else 1)


def said(done: int, of: int, *, lands: bool) -> str:
    """The same in words: `12,000 of 100,000 rows checked`. No step at all is a file that is still being read."""
    if not of:
        return "The file is being read"
    rows = of // 2 if lands else of
    if done == 0:
        return f"{_rows(rows)} read, now they are being checked"
    if done == rows:
        return f"{_rows(rows)} checked, what they change is being {'written' if lands else 'worked out'}"
    if done < rows:
        return f"{done:,} of {_rows(rows)} checked"
    if done < of:
        return f"{done - rows:,} of {_rows(rows)} written"
    return f"{_rows(rows)} written, the import is being completed"


def _rows(number: int) -> str:
    return f"{number:,} row{'' if number == 1 else 's'}"
