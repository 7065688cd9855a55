"""What to do about an alert: the recommended action, the list that was agreed, and what it was expected to bring."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from alerts.models import Alert
from alerts.wording import read_action
from reports import formatting
from reports.boards.actors import Actor
from reports.figures import Action, AlertAction, Todo
from reports.figures.alerts import Recommendation

Act = Callable[[str], AlertAction]


@dataclass(frozen=True)
class Item:
    """One thing on the list, whose it is by name, by when, and on which day it was done by whom."""

    number: int
    text: str
    person: str
    due: date | None
    done: date | None
    done_by: str


def recommendation(
    alert: Alert,
    items: Sequence[Item],
    names: Mapping[str, Actor],
    *,
    today: date,
    act: Act | None,
    bringing: Sequence[str] = (),
    trial: Action | None = None,
) -> Recommendation | None:
    """The action with its steps and its list; None where there is neither an action nor anybody who could list one.

    `act` makes the buttons, for whoever may press them.
    """
    title, text, steps = read_action(alert.action)
    listed = {item.text for item in items}
    open_steps = tuple(step for step in steps if step not in listed)
    if not title and not items and act is None:
        return None
    todos = tuple(_todo(item, names, today=today, act=act) for item in items)
    adopt = act("list") if act and open_steps else None
    return Recommendation(
        title=title or "What is to be done",
        text=text,
        steps=open_steps,
        todos=todos,
        bringing=tuple(bringing),
        adopt=replace(adopt, label="Put on the list", form=None) if adopt else None,
        add=act("list") if act else None,
        trial=trial,
    )


def _todo(item: Item, names: Mapping[str, Actor], *, today: date, act: Act | None) -> Todo:
    is_done = item.done is not None
    if item.done is not None:
        note = f"{names[item.done_by].name}, {formatting.day(item.done)}"
    else:
        parts = (item.person, formatting.day(item.due) if item.due else "")
        note = ", ".join(part for part in parts if part)
    turn = strike = None
    if act is not None:
        turn, strike = (_of(act(name), item) for name in ("untick" if is_done else "tick", "strike"))
    is_late = not is_done and item.due is not None and item.due < today
    return Todo(item.text, note, is_done, is_late, turn, strike)


def _of(action: AlertAction, item: Item) -> AlertAction:
    """A button of the list, for one item of it."""
    form: Any = action.form
    form.initial["item"] = item.number
    form.auto_id = False  # one page holds as many of them as there are items
    return action
