"""For each first-month action: the share of durations in which it stays right.

It stays right in a duration if some best plan of somebody who knew that duration takes it to within a tenth.
That
is asked by holding the action there and looking whether the best cost rises: a best plan is seldom the only
one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pactolus.errors import NoAnswerError
from pactolus.response.plan.columns import Column
from pactolus.response.plan.solving import NOTHING, Answer, Solver

if TYPE_CHECKING:
    from pactolus.response.plan.situation import Situation

__all__ = ["FIRST", "share_right"]

#: Kinds of first-month actions that are looked at.
FIRST: Final = ("release", "lend", "exchange", "swap", "order", "joint", "expedite", "project")
WITHIN: Final = 0.1
_SAME: Final = 1e-6


def share_right(
    situation: Situation,
    answer: Answer,
    *,
    month: int = 0,
    fixed: Mapping[Column, float] | None = None,
) -> dict[Column, float]:
    """Probability of the durations in which each action of the first open month stays right.

    Parameters
    ----------
    situation : Situation
    answer : Answer
        Whose first open month is looked at.
    month : int
        That month; 0 unless some have passed.
    fixed : mapping of Column to float, optional
        What was executed before it. [units of the programme]

    Returns
    -------
    dict
        Column -> probability. A cost counts as the same to within a millionth.
    """
    import numpy as np

    first: dict[Column, float] = {}
    for part in answer.parts:
        tree = part.programme.tree
        chance = tree.probability(answer.probability)
        for kind in FIRST:
            for number in part.programme.by_kind.get(kind, ()):
                column = part.programme.builder.columns[number]
                node = tree.nodes[column.node]
                if (
                    node.month == month
                    and not node.rest
                    and chance[column.node] > 0
                    and part.x[number] > NOTHING
                ):
                    first[column] = float(part.x[number])
    found = dict.fromkeys(first, 0.0)
    if not first:
        return found
    done = {_on_path(answer, column): value for column, value in (fixed or {}).items()}
    for s, length in enumerate(situation.lengths):
        if answer.probability[s] == 0:
            continue
        known = replace(
            situation,
            lengths=(length,),
            probability=np.ones(1),
            loss_t=situation.loss_t[..., s : s + 1],
            steps=(),
        )
        for column in _right(known, answer, first, done):
            found[column] += float(answer.probability[s])
    return found


def _on_path(answer: Answer, column: Column) -> Column:
    """The same column where one duration is known: nodes are months."""
    return column._replace(node=answer.parts[0].programme.tree.nodes[column.node].month)


def _right(
    known: Situation, answer: Answer, first: Mapping[Column, float], done: Mapping[Column, float]
) -> list[Column]:
    """Actions that a best plan for a duration that is known takes."""
    solver = Solver(known)
    solver.fix(done)
    solver.solve(answer.terms)
    found = []
    for programme, model in zip(solver.programmes, solver.models, strict=True):
        places = {block.place for block in programme.blocks}
        best = model.solve().objective
        for column, amount in first.items():
            number = programme.column_at.get(_on_path(answer, column))
            if column.place not in places or number is None:
                continue
            lower, upper = (float(one[number]) for one in solver.bounds_of(programme))
            wanted = (amount * (1 - WITHIN), min(amount * (1 + WITHIN), upper))
            if wanted[0] > wanted[1]:
                continue
            model.change_columns([number], lower=[wanted[0]], upper=[wanted[1]])
            try:
                rises = model.solve().objective - best
            except NoAnswerError:
                rises = float("inf")
            if rises <= _SAME * max(1.0, abs(best)):
                found.append(column)
            model.change_columns([number], lower=[lower], upper=[upper])
    return found
