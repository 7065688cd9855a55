"""The best division of a budget over requests: a linear programme, solved by HiGHS.

    maximise Σ return·priority·x   where   minimum ≤ x ≤ asked for every request   and   Σ x ≤ budget

A solver counts in floats. Of its answer only the *basis* is taken: which requests stand at their minimum, which at
what they asked, and the one that takes what is left of the budget. With that the grants are whole ten-thousandths,
exact and within their limits. Requests of equal worth are told apart by their names, so the order of a file decides
nothing. Money that would return nothing or less is not granted above the minimum.
"""

from __future__ import annotations

from collections.abc import Sequence

import highspy
import numpy as np

from metrics.allocation import OPTIMAL, Allocation, Request, allocation, check

ONE = 10_000
AT_LIMIT = {highspy.HighsBasisStatus.kLower: "minimum", highspy.HighsBasisStatus.kUpper: "asked"}


class NotSolved(RuntimeError):
    """The solver came to no answer, or to one that does not keep the limits when it is made exact."""


def optimal(requests: Sequence[Request], budget: int) -> Allocation:
    """The division that returns most, by weight of priority. Raises RequestRefused and BudgetTooSmall."""
    check(requests, budget)
    by_name = sorted(requests, key=lambda each: each.code)
    granted = dict(zip((each.code for each in by_name), _grants(by_name, budget), strict=True))
    return allocation(OPTIMAL, requests, budget, [granted[each.code] for each in requests])


def _grants(requests: Sequence[Request], budget: int) -> list[int]:
    if not requests:
        return []
    solver = highspy.Highs()  # type: ignore[no-untyped-call] # its constructor carries no types
    solver.silent()
    solver.setOptionValue("solver", "simplex")
    solver.setOptionValue("presolve", "off")
    solver.passModel(_model(requests, budget))
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise NotSolved(f"The solver stopped: {solver.modelStatusToString(solver.getModelStatus())}.")
    return _exact(requests, budget, solver.getBasis().col_status)


def _model(requests: Sequence[Request], budget: int) -> highspy.HighsLp:
    number = len(requests)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = number, 1
    model.sense_ = highspy.ObjSense.kMaximize
    model.col_cost_ = np.array([float(each.weight) for each in requests])
    model.col_lower_ = np.array([each.minimum / ONE for each in requests])
    model.col_upper_ = np.array([each.asked / ONE for each in requests])
    model.row_lower_, model.row_upper_ = np.array([-highspy.kHighsInf]), np.array([budget / ONE])
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.array([0, number])
    model.a_matrix_.index_ = np.arange(number)
    model.a_matrix_.value_ = np.ones(number)
    return model


def _exact(requests: Sequence[Request], budget: int, statuses: Sequence[highspy.HighsBasisStatus]) -> list[int]:
    """Grants as the basis has them; the one request between its limits, if any, takes what the others leave."""
    between = [place for place, status in enumerate(statuses) if status not in AT_LIMIT]
    grants = [getattr(each, AT_LIMIT.get(status, "minimum")) for each, status in zip(requests, statuses, strict=True)]
    if between:
        [place] = between
        grants[place] = budget - sum(grants) + requests[place].minimum
    limits = zip(requests, grants, strict=True)
    if sum(grants) > budget or not all(each.minimum <= grant <= each.asked for each, grant in limits):
        raise NotSolved("The solver's answer does not keep the limits of the requests.")
    return grants
