"""Who could take which slot, and what it is worth to both: the arrays that every method works on.

A line is what one firm would do in one role, with a capacity; a slot is one role of one project, with a need.
Quantities are whole numbers of the smallest unit (thousandths of a tonne, of a million USD, of a place), so
that nothing is lost to rounding. A value is for one such unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pactolus.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Marks = NDArray[np.bool_]

__all__ = ["MatchProblem", "match_problem"]


@dataclass(frozen=True, kw_only=True, eq=False)
class MatchProblem:
    """Lines of firms and slots of projects; made and checked by `match_problem`, arrays are read-only.

    Attributes
    ----------
    firm_value, slot_value : ndarray of float, shape (n, m)
        What the firm and the project gain by a unit; missing where they would not deal. [USD a year a unit]
    firm_score, slot_score : ndarray of float, shape (n, m)
        How well each likes the other where nothing is paid: more is better, missing or below 0 is refused.
    supply : ndarray of int64, shape (n,)
        Capacity of each line. [unit]
    need : ndarray of int64, shape (m,)
        What each slot takes in all. [unit]
    most : ndarray of int64, shape (n, m)
        Most that a line may have of a slot; 0 where the two do not fit. [unit]
    """

    firm_value: Floats
    slot_value: Floats
    firm_score: Floats
    slot_score: Floats
    supply: Ints
    need: Ints
    most: Ints

    @property
    def shape(self) -> tuple[int, int]:
        """Number of lines and of slots."""
        n, m = self.most.shape
        return n, m

    @property
    def joint(self) -> Floats:
        """What a unit of each pair is worth to both together; minus infinity where the two do not fit."""
        import numpy as np

        found = self.firm_value + self.slot_value
        return np.where((self.most > 0) & ~np.isnan(found), found, -np.inf)

    @property
    def willing(self) -> Marks:
        """Pairs that fit and that both sides would enter with nothing paid."""
        both: Marks = (self.most > 0) & (self.firm_score >= 0) & (self.slot_score >= 0)
        return both

    def welfare(self, quantity: Ints) -> float:
        """What a matching is worth to all together. [USD a year]"""
        import numpy as np

        held = quantity > 0
        return float(np.sum(quantity[held] * (self.firm_value + self.slot_value)[held]))

    def turned(self) -> MatchProblem:
        """The same with firms and slots in each other's place."""
        return MatchProblem(
            firm_value=self.slot_value.T,
            slot_value=self.firm_value.T,
            firm_score=self.slot_score.T,
            slot_score=self.firm_score.T,
            supply=self.need,
            need=self.supply,
            most=self.most.T,
        )


def match_problem(
    firm_value: ArrayLike,
    slot_value: ArrayLike,
    supply: ArrayLike,
    need: ArrayLike,
    *,
    most: ArrayLike | None = None,
    firm_score: ArrayLike | None = None,
    slot_score: ArrayLike | None = None,
) -> MatchProblem:
    """Describe a problem of matching, and refuse one that cannot be meant.

    Parameters
    ----------
    firm_value, slot_value : array_like of float, shape (n, m)
        What each side gains by a unit; NaN where it would not deal with the other.
    supply : array_like of int, shape (n,)
    need : array_like of int, shape (m,)
    most : array_like of int, shape (n, m) or a single number, optional
        Most of a pair; all that both have if omitted. 1 makes it a choice of whom, not of how much.
    firm_score, slot_score : array_like of float, shape (n, m), optional
        Order of preference where it is not that of the values.

    Returns
    -------
    MatchProblem

    Raises
    ------
    InputError
        All faults at once: shapes, fractions, negative quantities, infinite values.

    Examples
    --------
    >>> problem = match_problem([[3, 1], [2, 2]], [[0, 0], [0, 0]], [1, 1], [1, 1])
    >>> problem.shape, problem.joint.tolist()
    ((2, 2), [[3.0, 1.0], [2.0, 2.0]])
    """
    import numpy as np

    values = {
        "firm_value": np.array(firm_value, dtype=float),
        "slot_value": np.array(slot_value, dtype=float),
    }
    shape = values["firm_value"].shape
    scores = {"firm_score": (firm_score, "firm_value"), "slot_score": (slot_score, "slot_value")}
    for name, (given, instead) in scores.items():
        values[name] = values[instead].copy() if given is None else np.array(given, dtype=float)
    faults = [f"firm_value: shape {shape}; give a row for each line of a firm"] if len(shape) != 2 else []
    faults += [
        f"{name}: shape {one.shape}, that of firm_value is {shape}"
        for name, one in values.items()
        if one.shape != shape
    ]
    faults += [
        f"{name}: an infinite number; leave out (NaN) who would not deal"
        for name, one in values.items()
        if np.isinf(one).any()
    ]
    if faults:
        raise InputError.gathered(faults)
    n, m = shape
    whole = {"supply": _whole("supply", supply, (n,), faults), "need": _whole("need", need, (m,), faults)}
    pair = np.minimum(whole["supply"][:, None], whole["need"][None, :])
    if most is not None:
        pair = np.minimum(pair, _whole("most", most, shape, faults))
    if faults:
        raise InputError.gathered(faults)
    whole["most"] = np.where(np.isnan(values["firm_value"] + values["slot_value"]), 0, pair)
    for one in (*values.values(), *whole.values()):
        one.flags.writeable = False
    return MatchProblem(**values, **whole)


def _whole(name: str, given: ArrayLike, shape: tuple[int, ...], faults: list[str]) -> Any:
    """Whole numbers, 0 or more, of a shape; `faults` grows otherwise."""
    import numpy as np

    found = np.asarray(given)
    if found.shape not in {(), shape}:
        faults.append(f"{name}: shape {found.shape}; it should be {shape}")
        return np.zeros(shape, dtype=np.int64)
    number = found.astype(float)
    if not (np.isfinite(number).all() and (number >= 0).all() and (number == np.floor(number)).all()):
        faults.append(f"{name}: whole numbers, 0 or more, are needed; choose a smaller unit")
        return np.zeros(shape, dtype=np.int64)
    return np.array(np.broadcast_to(found.astype(np.int64), shape))
