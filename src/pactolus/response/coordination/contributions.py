"""Who gives how much of what is needed: by consumption, by ability, by negotiated weights.

    need            what all members lose in a month, expected over the durations
    contribution_i  need x weight_i / sum of weights
    gives_i         contribution_i - own loss_i: above zero it is passed on, below zero received; sums to zero

By consumption this is how members of the IEA share an oil stock release: an analogy, not an obligation, for
no agreement on minerals holds such a rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import InputError, NoAnswerError, OptionError
from pactolus.sharing.shares import consumption_share

if TYPE_CHECKING:
    import polars as pl

    from pactolus.response.plan.situation import Situation

__all__ = ["COLUMNS", "RULES", "abilities", "contributions"]

#: Rules of contribution.
RULES: Final = ("consumption", "ability", "weights")
#: Columns of `contributions`.
COLUMNS: Final = (
    *("mineral", "stage", "member", "rule", "weight", "share", "lost_t", "contribution_t", "gives_t"),
    *("ability_t", "beyond_ability_t"),
)
_DAYS: Final = 365.25 / 12


def abilities(
    situation: Situation, place: int, floor_days: float, given: Mapping[str, float]
) -> dict[str, float]:
    """Stock above a floor of days of cover, in the middle of the declaration, or as declared. [t]

    Parameters
    ----------
    situation : Situation
    place : int
    floor_days : float
        Days of use that every member keeps.
    given : mapping of str to float
        Ability as a member declares it, in place of its stock. [t]

    Returns
    -------
    dict
        Members that declare neither stock nor ability are left out: what they could give is not known.
    """
    found: dict[str, float] = {}
    for i, name in enumerate(situation.members):
        if name in given:
            found[name] = float(given[name])
        elif situation.uses(place, i) and (place, i) not in situation.undeclared:
            held = sum(lot.of_use(1) for lot in situation.held if (lot.place, lot.member) == (place, i))
            found[name] = max(0.0, held - floor_days * float(situation.use_t[place, i]) / _DAYS)
    return found


def contributions(
    situation: Situation,
    rule: str,
    *,
    month: int | None = None,
    floor_days: float = 90.0,
    given: Mapping[str, float] | None = None,
    weights: Mapping[str, float] | None = None,
) -> pl.DataFrame:
    """Contributions of the members that use a mineral at a stage.

    Parameters
    ----------
    situation : Situation
    rule : str
        One of `RULES`.
    month : int, optional
        Month of the plan; the worst one of each place if omitted.
    floor_days : float
        For ``ability``. [days of use]
    given : mapping of str to float, optional
        Declared ability. [t]
    weights : mapping of str to float, optional
        For ``weights``: negotiated, only ratios count.

    Returns
    -------
    DataFrame
        `COLUMNS`, one row a place and member. Contributions of a place sum to what its members lose;
        `beyond_ability_t` is the part of one that exceeds what the member said that it can give.

    Raises
    ------
    OptionError
        If the rule is unknown, or weights are missing.
    NoAnswerError
        If nobody has declared an ability, or one member has not: missing is not zero.
    """
    import polars as pl

    if rule not in RULES:
        raise OptionError(f"rule {rule!r}: there are {', '.join(RULES)}")
    if rule == "weights" and not weights:
        raise OptionError("rule weights: give a weight for every member, such as KOR=2,JPN=1")
    strange = [name for name in {**(weights or {}), **(given or {})} if name not in situation.members]
    if strange:
        raise OptionError(
            f"{', '.join(strange)} is no member of this plan; there are {', '.join(situation.members)}"
        )
    rows = [
        row
        for place in range(len(situation.places))
        for row in _of_place(situation, place, rule, month, floor_days, given or {}, weights or {})
    ]
    schema = {
        name: pl.String if name in ("mineral", "stage", "member", "rule") else pl.Float64 for name in COLUMNS
    }
    return pl.DataFrame(rows, schema=schema)


def _of_place(
    one: Situation,
    place: int,
    rule: str,
    month: int | None,
    floor_days: float,
    given: Mapping[str, float],
    weights: Mapping[str, float],
) -> list[dict[str, Any]]:
    users = {name: i for i, name in enumerate(one.members) if one.uses(place, i)}
    lost = (one.loss_t[place] * one.probability).sum(axis=-1)  # members, months
    at = int(lost[list(users.values())].sum(axis=0).argmax()) if month is None else month
    if not 0 <= at < one.months:
        raise OptionError(f"month {at}: the plan has months 0 to {one.months - 1}")
    own = {name: float(lost[i, at]) for name, i in users.items()}
    able = abilities(one, place, floor_days, given)
    weight = _weights(one, place, rule, users, able, weights)
    shared = consumption_share(sum(own.values()), weight)
    whole = sum(weight.values())
    return [
        {
            "mineral": one.places[place][0],
            "stage": one.places[place][1],
            "member": name,
            "rule": rule,
            "weight": weight[name],
            "share": weight[name] / whole,
            "lost_t": own[name],
            "contribution_t": shared[name],
            "gives_t": shared[name] - own[name],
            "ability_t": able.get(name),
            "beyond_ability_t": max(0.0, shared[name] - able[name]) if name in able else None,
        }
        for name in users
    ]


def _weights(
    one: Situation,
    place: int,
    rule: str,
    users: Mapping[str, int],
    able: Mapping[str, float],
    weights: Mapping[str, float],
) -> dict[str, float]:
    if rule == "consumption":
        return {name: float(one.use_t[place, i]) for name, i in users.items()}
    if rule == "weights":
        return _given("weights", users, weights)
    silent = [name for name in users if name not in able]
    if silent:
        raise NoAnswerError(
            f"rule ability, {one.name(place)}: {', '.join(silent)} declares neither a stock nor what it can "
            "give, which is not zero; give --ability for every member, or use the rule consumption"
        )
    found = {name: able[name] for name in users}
    if sum(found.values()) <= 0:
        raise NoAnswerError(
            f"rule ability, {one.name(place)}: nobody holds more than the floor; give a lower --floor-days, "
            "or use the rule consumption"
        )
    return found


def _given(what: str, users: Mapping[str, int], given: Mapping[str, float]) -> dict[str, float]:
    lacking = [name for name in users if name not in given]
    wrong = [f"{name}={given[name]:g}" for name in users if name in given and not given[name] >= 0]
    faults = [f"{what}: no weight for {name}; missing is not zero" for name in lacking]
    faults += [f"{what}: {text}; give 0 or more" for text in wrong]
    if faults:
        raise InputError.gathered(faults)
    return {name: float(given[name]) for name in users}
