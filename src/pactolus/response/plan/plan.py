"""A plan: solved together and alone, with every variant that a reader has to see beside it.

What is compared: doing nothing, everybody alone (alternatives split by present purchases, or each member
first in
turn), together; with lots that need a legal review; without transfers from a member; at the ends of the
declared
stocks. A plan reveals stocks, so it inherits the strictest label of what went in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pactolus.response.plan.allotting import Move, moves_of
from pactolus.response.plan.robust import share_right
from pactolus.response.plan.situation import ENDS, Situation, checked
from pactolus.response.plan.solving import Answer, Solver, Terms
from pactolus.response.plan.tables import actions_table, prices_table, robust_table, shortage_table

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from pactolus.response.plan.columns import Column
    from pactolus.workspace.labels import Label

    Floats = NDArray[np.float64]

__all__ = ["ALONE_COLUMNS", "PLAN_NOTES", "VALUE_COLUMNS", "ResponsePlan", "plan_of", "with_step"]

#: Columns of `ResponsePlan.value` and `ResponsePlan.alone`.
VALUE_COLUMNS: Final = (
    *(
        "case",
        "counterfactual",
        "idle_musd",
        "alone_musd",
        "together_musd",
        "gain_musd",
        "gain_share",
        "of_shortage",
    ),
)
ALONE_COLUMNS: Final = (
    *("member", "idle_musd", "alone_musd", "together_musd", "gain_before_musd", "least_compensation_musd"),
    *("compensation_musd", "gain_after_musd"),
)
#: Costs that are nearer to each other count as equal.
_ROUNDING: Final = 1e-9
#: Everybody alone, alternatives split by present purchases: what gains are counted against.
SPLIT: Final = "alone, alternatives by present purchases"


#: What every plan has to be read with.
PLAN_NOTES: Final = (
    "expected costs over the durations; the stock used counts at its price; limits, lags and premiums are "
    "assumptions (--table assumptions)",
    "right_in: share of the durations, by probability, in which a best plan that knew the duration does "
    "the same",
)


@dataclass(frozen=True, kw_only=True, eq=False)
class ResponsePlan:
    """What members do about an event.

    Attributes
    ----------
    situation : Situation
    answer : Answer
        Together, in the middle of the declared stocks.
    moves : tuple of Move
    actions, shortage, prices, robust : polars.DataFrame
        See `pactolus.response.plan.tables`.
    value : polars.DataFrame
        `VALUE_COLUMNS`, one row a case and counterfactual. Expected cost; the stock used counts at its price.
    alone : polars.DataFrame
        `ALONE_COLUMNS`, one row a member; compensations are received where positive, and sum to 0.
    assumptions : polars.DataFrame
    label : Label
    notes : tuple of str
        What a reader must know.
    solver : Solver
        For a warm update.
    """

    situation: Situation
    answer: Answer
    moves: tuple[Move, ...]
    actions: pl.DataFrame
    shortage: pl.DataFrame
    prices: pl.DataFrame
    robust: pl.DataFrame
    value: pl.DataFrame
    alone: pl.DataFrame
    assumptions: pl.DataFrame
    label: Label
    notes: tuple[str, ...]
    solver: Solver

    @property
    def gain_musd(self) -> float:
        """Of acting together, against acting alone with alternatives split by present purchases."""
        return float(self.alone["gain_before_musd"].sum())


def plan_of(
    situation: Situation,
    *,
    as_of: date | None = None,
    no_transfer: Sequence[str] = (),
    robust: bool = True,
    solver: Solver | None = None,
    terms: Terms | None = None,
    cases: Mapping[str, Situation] | None = None,
    month: int = 0,
    done: Mapping[Column, float] | None = None,
) -> ResponsePlan:
    """Plan an answer.

    Parameters
    ----------
    situation : Situation
    as_of : date, optional
        The first day of the plan if omitted.
    no_transfer : sequence of str
        Members that choose to neither lend nor pass on; the plan is solved for that, and the case without the
        choice stands beside it.
    robust : bool
        Whether to ask in which durations first-month actions stay right: two small programmes an action and
        duration.
    solver : Solver, optional
        Of this situation, from an earlier run: solved again warm.
    terms : Terms, optional
        What is left of stocks, in an update.
    cases : mapping of str to Situation, optional
        Other situations whose values stand beside, such as losses at the ends of their interval.
    month : int
        First month that is still open.
    done : mapping of Column to float, optional
        What was executed before it. [units of the programme]

    Raises
    ------
    InputError
        All faults of the situation at once.
    NoAnswerError
        If what was executed leaves no plan that keeps all limits, naming the rows that clash.
    """
    one = checked(situation)
    outside = tuple(name for name in no_transfer if name not in one.assumed.no_transfer)
    _refuse_strangers(one, outside)
    base = replace(terms or Terms(), no_transfer=outside)
    solver = solver or Solver(one)
    if done is not None:
        solver.fix(done)
    answer = solver.solve(base)
    idle, alone = solver.idle(base), solver.alone(base)
    value = _values(solver, base, answer, alone, idle, cases or {})
    right = share_right(one, answer, month=month, fixed=done) if robust else {}
    moves = moves_of(answer)
    actions = actions_table(one, answer, moves, right, as_of or one.start)
    return ResponsePlan(
        situation=one,
        answer=answer,
        moves=moves,
        actions=actions,
        shortage=shortage_table(one, answer, alone),
        prices=prices_table(one, answer),
        robust=robust_table(actions),
        value=value,
        alone=_alone_table(one, idle, alone, answer),
        assumptions=one.assumed.table,
        label=one.label,
        notes=_notes(one, base, value),
        solver=solver,
    )


def with_step(situation: Situation, number: int, probability: Floats | None = None) -> Floats:
    """Probabilities of the durations if a diplomatic step works as its user believes.

    The durations that end by its month get its probability, if they have less; the others share the rest.

    Parameters
    ----------
    situation : Situation
    number : int
        Of the step.
    probability : ndarray, optional
        Of the durations as they stand; those of the situation if omitted.

    Examples
    --------
    A step without a stated effect changes nothing; see the tests for one with an effect.
    """
    import numpy as np

    step = situation.steps[number]
    now = np.array(situation.probability if probability is None else probability)
    if step.probability is None or step.ends_by is None:
        return now
    early = np.array(situation.lengths) <= step.ends_by
    has = float(now[early].sum())
    wanted = max(step.probability, has)
    if has == 0 or has == 1:  # no duration left that it could make likelier
        return now
    found = np.where(early, now / has * wanted, now / (1 - has) * (1 - wanted))
    found /= found.sum()
    return found


def _refuse_strangers(one: Situation, outside: Sequence[str]) -> None:
    from pactolus.errors import OptionError

    strange = [name for name in outside if name not in one.members]
    if strange:
        raise OptionError(
            f"no transfer: {', '.join(strange)} is no member of this event; there are "
            f"{', '.join(one.members)}"
        )


def _values(
    solver: Solver,
    base: Terms,
    answer: Answer,
    alone: Answer,
    idle: Floats,
    cases: Mapping[str, Situation],
) -> pl.DataFrame:
    """Every case beside its counterfactuals."""
    import polars as pl

    one = solver.situation
    rows = [_value("as planned", SPLIT, idle, alone, answer)]
    if len(one.members) > 1:
        for first, name in enumerate(one.members):
            order = [first, *(i for i in range(len(one.members)) if i != first)]
            found = solver.alone(base, order)
            rows.append(_value("as planned", f"alone, alternatives to {name} first", idle, found, answer))
    if any(len(set(lot.tonnes)) > 1 for lot in one.held):
        for end in (0, 2):
            at = replace(base, end=end)
            rows.append(
                _value(f"stocks at the {ENDS[end]} end", SPLIT, idle, solver.alone(at), solver.solve(at))
            )
    if any(set(one.members) - {one.members[lot.member]} - set(lot.may_go) for lot in one.held):
        both = solver.solve(replace(base, restricted=True))
        rows.append(_value("lots that need a legal review are lent too", SPLIT, idle, alone, both))
    if any("exchange" in programme.by_kind for programme in solver.programmes):
        kept = solver.solve(replace(base, grades=False))
        rows.append(_value("lots of a wrong form or grade stay where they are", SPLIT, idle, alone, kept))
    for name in one.members if len(one.members) > 1 else ():
        closed = (*base.no_transfer, name)
        if name in base.no_transfer:
            opened = replace(base, no_transfer=tuple(n for n in base.no_transfer if n != name))
            rows.append(_value(f"{name} transfers all the same", SPLIT, idle, alone, solver.solve(opened)))
        elif name not in one.assumed.no_transfer:
            shut = solver.solve(replace(base, no_transfer=closed))
            rows.append(_value(f"no transfer from {name}", SPLIT, idle, alone, shut))
    for number, step in enumerate(one.steps):
        if step.probability is not None:
            before = solver.probability
            solver.reweigh(with_step(one, number, before))
            rows.append(
                _value(f"if {step.title}", SPLIT, solver.idle(base), solver.alone(base), solver.solve(base))
            )
            solver.reweigh(before)
    for name, other in cases.items():
        beside = Solver(checked(other))
        rows.append(_value(name, SPLIT, beside.idle(base), beside.alone(base), beside.solve(base)))
    solver.solve(base)  # the basis that an update starts from
    return pl.DataFrame(rows, schema=_schema(VALUE_COLUMNS))


def _value(case: str, counterfactual: str, idle: Floats, alone: Answer, together: Answer) -> dict[str, Any]:
    apart, joint = alone.total_musd, together.total_musd
    gain = 0.0 if abs(apart - joint) <= _ROUNDING * abs(apart) else apart - joint
    return {
        "case": case,
        "counterfactual": counterfactual,
        "idle_musd": float(idle.sum()),
        "alone_musd": apart,
        "together_musd": joint,
        "gain_musd": gain,
        "gain_share": gain / apart if apart > 0 else None,
        "of_shortage": gain / float(idle.sum()) if idle.sum() > 0 else None,
    }


def _alone_table(one: Situation, idle: Floats, alone: Answer, together: Answer) -> pl.DataFrame:
    """Each member: what it has without the others, with them, and the payment that makes nobody worse off."""
    import polars as pl

    from pactolus.sharing.bargaining import nash_split

    apart, joint = alone.cost_musd, together.cost_musd
    shares = nash_split(
        -min(float(joint.sum()), float(apart.sum())),
        {name: -float(cost) for name, cost in zip(one.members, apart, strict=True)},
    )
    rows = []
    for i, name in enumerate(one.members):
        before = float(apart[i] - joint[i])
        after = shares[name] + float(apart[i])
        rows.append(
            {
                "member": name,
                "idle_musd": float(idle[i]),
                "alone_musd": float(apart[i]),
                "together_musd": float(joint[i]),
                "gain_before_musd": before,
                "least_compensation_musd": max(0.0, -before),
                "compensation_musd": after - before,
                "gain_after_musd": after,
            }
        )
    return pl.DataFrame(rows, schema=_schema(ALONE_COLUMNS))


def _notes(one: Situation, terms: Terms, value: pl.DataFrame) -> tuple[str, ...]:
    found = list(one.notes)
    for place, member in one.undeclared:
        found.append(
            f"{one.name(place)}: {one.members[member]} declares no stock; no release is planned for it, "
            "which does "
            "not say that it holds none"
        )
    kept = [lot for lot in one.held if not lot.may_go and len(one.members) > 1]
    if kept:
        found.append(
            f"{len(kept)} of {len(one.held)} lots may not be passed on, or are not known to; they serve "
            "their own "
            "member only, and a legal review is needed before that changes"
        )
    wrong = [lot for lot in one.held if not lot.used_by(one.members[lot.member])]
    if wrong:
        found.append(
            f"{len(wrong)} of {len(one.held)} lots are of a form or grade that their own member cannot use "
            "as they are; they are lent or swapped, content for content, with members that can, and serve "
            "nobody otherwise"
        )
    if terms.no_transfer or one.assumed.no_transfer:
        names = ", ".join((*one.assumed.no_transfer, *terms.no_transfer))
        found.append(
            f"{names}: neither lends nor passes on; the case without that choice stands in the values"
        )
    if one.sources:
        found.append(
            "room of other suppliers is their observed maximum less present exports, or a user's figure, "
            "not spare "
            "capacity; premiums and lags are assumptions"
        )
    found += [
        f"{step.title}: a diplomatic step, no tonnes; its effect is not stated"
        for step in one.steps
        if step.probability is None
    ]
    gains = value["gain_musd"].to_list()
    if len(gains) > 1:
        found.append(
            f"acting together is worth {min(gains):,.2f} to {max(gains):,.2f} million USD over the cases "
            "of this "
            "table; no single figure is the gain"
        )
    if not one.label.is_open:
        found.append(f"labelled {one.label}: release timing and prices reveal stocks")
    return tuple(found)


def _schema(columns: Sequence[str]) -> dict[str, Any]:
    import polars as pl

    return {
        name: pl.String if name in ("case", "counterfactual", "member") else pl.Float64 for name in columns
    }
