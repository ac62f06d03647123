"""Games: what every coalition would pay, or gain, by itself.

Inside, coalition number ``m`` holds member i where bit i of m is set, so that 0 is the empty coalition and
``2^n - 1`` the grand one. Rules for gains serve costs too: a cost game is the value game of its negative.
"""

from __future__ import annotations

import math
from abc import ABC
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self

from pactolus.errors import InputError, near_misses
from pactolus.sharing.splits import Split

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["MOST_MEMBERS", "CostGame", "Game", "ValueGame", "coalition_name", "coalition_sums"]

MOST_MEMBERS: Final = 20  # a million coalitions
_TOLD: Final = 10


@dataclass(frozen=True, init=False, eq=False, repr=False)
class Game(ABC):
    """Amounts of all coalitions; see `CostGame` and `ValueGame`.

    Parameters
    ----------
    amounts : mapping of frozenset to float
        Every non-empty coalition; the empty one may be left out and is 0. Negative amounts are allowed.
    members : sequence, optional
        Their order; that of the single members in `amounts` if omitted.

    Attributes
    ----------
    members : tuple
    amounts : ndarray, shape (2**n,)
        By number of the coalition, read-only.

    Raises
    ------
    InputError
        All faults at once: coalitions that are missing or given twice, members that are unknown or repeated,
        amounts that are missing or infinite.
    """

    members: tuple[Any, ...]
    amounts: Floats
    sign: ClassVar[int] = 1

    def __init__(self, amounts: Mapping[Any, float], members: Sequence[Any] | None = None) -> None:
        self._hold(*_read(type(self).__name__, amounts, members))

    def _hold(self, members: tuple[Any, ...], amounts: Floats) -> None:
        amounts.flags.writeable = False
        object.__setattr__(self, "members", members)
        object.__setattr__(self, "amounts", amounts)

    @classmethod
    def from_function(cls, members: Sequence[Any], amount: Callable[[frozenset[Any]], float]) -> Self:
        """A game whose amounts are computed, coalition by coalition.

        Parameters
        ----------
        members : sequence
        amount : callable
            Takes a non-empty frozenset of members.

        Examples
        --------
        >>> cost = {"small": 1.0, "middle": 2.0, "large": 3.0}
        >>> runway = CostGame.from_function(list(cost), lambda s: max(cost[m] for m in s))
        >>> runway[{"small", "middle"}]
        2.0
        """
        names = tuple(members)
        if faults := _member_faults(cls.__name__, names):
            raise InputError.gathered(faults)
        each = (amount(_coalition(names, number)) for number in range(1, 1 << len(names)))
        return cls.from_amounts(names, [0.0, *each])

    @classmethod
    def from_amounts(cls, members: Sequence[Any], amounts: Sequence[float] | Floats) -> Self:
        """A game from amounts in order of coalition numbers, the empty one first.

        Parameters
        ----------
        members : sequence
        amounts : sequence of float, shape (2**n,)

        Examples
        --------
        >>> ValueGame.from_amounts("AB", [0, 1, 2, 5])[{"A", "B"}]
        5.0
        """
        import numpy as np

        names = tuple(members)
        faults = _member_faults(cls.__name__, names)
        values = np.array(amounts, dtype=float)
        if not faults and values.shape != (1 << len(names),):
            faults = [
                f"{cls.__name__}: {values.size} amounts for {len(names)} members; give {1 << len(names)}"
            ]
        if not faults:
            wrong = np.flatnonzero(~np.isfinite(values))[:_TOLD]
            faults = [_no_amount(cls.__name__, _coalition(names, int(m)), values[m]) for m in wrong]
            if values[0] != 0:
                faults.append(_empty(cls.__name__, values[0]))
        if faults:
            raise InputError.gathered(faults)
        game = object.__new__(cls)
        game._hold(names, values)
        return game

    def __getitem__(self, coalition: Iterable[Any]) -> float:
        return float(self.amounts[self.number(coalition)])

    def __len__(self) -> int:
        return len(self.members)

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other) or not isinstance(other, Game):
            return NotImplemented
        return self.members == other.members and bool((self.amounts == other.amounts).all())

    def __hash__(self) -> int:
        return hash((type(self), self.members, self.amounts.tobytes()))

    def __repr__(self) -> str:
        names = ", ".join(map(str, self.members))
        return f"<{type(self).__name__} of {names}: {self.grand:g} together>"

    def number(self, coalition: Iterable[Any]) -> int:
        """Number of a coalition.

        Raises
        ------
        InputError
            If it holds somebody who is not a member.
        """
        place = {member: 1 << i for i, member in enumerate(self.members)}
        asked = frozenset([coalition] if isinstance(coalition, str) else coalition)
        if unknown := [m for m in asked if m not in place]:
            raise InputError(
                f"{type(self).__name__}: {unknown[0]!r} is not a member; {list(self.members)} are"
            )
        return sum(place[m] for m in asked)

    def coalition(self, number: int) -> frozenset[Any]:
        """Members of a coalition, given its number."""
        return _coalition(self.members, number)

    @property
    def grand(self) -> float:
        """Amount of all members together."""
        return float(self.amounts[-1])

    @property
    def alone(self) -> Split:
        """Amount of each member by itself."""
        return self.split([self.amounts[1 << i] for i in range(len(self))])

    @property
    def worth(self) -> Floats:
        """Amounts as gains: those of a cost game with the sign changed."""
        found: Floats = self.sign * self.amounts
        return found

    def split(self, amounts: Iterable[float]) -> Split:
        """A split, given amounts in the order of members."""
        return Split(zip(self.members, amounts, strict=True))

    def dual(self) -> Self:
        """What the others leave: the amount of all less that of the others, for every coalition."""
        return self.from_amounts(self.members, self.amounts[-1] - self.amounts[::-1])


class CostGame(Game):
    """What every coalition would pay by itself.

    Examples
    --------
    >>> pool = CostGame({frozenset("A"): 6, frozenset("B"): 5, frozenset("AB"): 9})
    >>> pool.grand, pool.savings().grand
    (9.0, 2.0)
    >>> CostGame({frozenset("A"): 6, frozenset("AB"): float("nan"), frozenset("B"): 5})
    Traceback (most recent call last):
    ...
    pactolus.errors.InputError: CostGame: no amount for coalition {A, B} (nan found); missing is not zero
    """

    sign: ClassVar[int] = -1

    def savings(self) -> ValueGame:
        """What every coalition saves over its members alone."""
        import numpy as np

        alone = coalition_sums(np.array([self.amounts[1 << i] for i in range(len(self))]))
        return ValueGame.from_amounts(self.members, alone - self.amounts)


class ValueGame(Game):
    """What every coalition would gain by itself.

    Examples
    --------
    >>> gloves = ValueGame.from_function("LRS", lambda s: float("L" in s and len(s) > 1))
    >>> gloves[{"L", "R"}], gloves[{"R", "S"}]
    (1.0, 0.0)
    """


def coalition_sums(x: Floats) -> Floats:
    """Sum of `x` over every coalition, by number; shape (2**n,)."""
    import numpy as np

    sums = np.zeros(1)
    for amount in x:
        sums = np.concatenate([sums, sums + amount])
    return sums


def coalition_name(coalition: Iterable[Any], order: Sequence[Any] = ()) -> str:
    """``{KOR, JPN}``, in the order of members where it is given."""
    place = {member: i for i, member in enumerate(order)}
    held = sorted(coalition, key=lambda m: (place.get(m, len(place)), str(m)))
    return "{" + ", ".join(map(str, held)) + "}"


def _coalition(members: Sequence[Any], number: int) -> frozenset[Any]:
    return frozenset(member for i, member in enumerate(members) if number >> i & 1)


def _read(
    where: str, amounts: Mapping[Any, float], members: Sequence[Any] | None
) -> tuple[tuple[Any, ...], Floats]:
    """Members in order and amounts by number, or all faults at once."""
    import numpy as np

    faults: list[str] = []
    coalitions = [(_held(where, key, faults), value) for key, value in amounts.items()]
    names = (
        tuple(members) if members is not None else _members_of([c for c, _ in coalitions if c is not None])
    )
    faults += _member_faults(where, names)
    if len(names) > MOST_MEMBERS:
        raise InputError.gathered(faults)
    place = {member: 1 << i for i, member in enumerate(names)}
    found = np.full(1 << len(names), np.nan)
    seen = np.zeros(found.size, dtype=bool)
    seen[0], found[0] = True, 0.0
    told: set[Any] = set()
    for coalition, value in coalitions:
        if coalition is None:
            continue
        if unknown := [m for m in coalition if m not in place]:
            faults += [_unknown(where, m, coalition, names) for m in unknown if m not in told]
            told.update(unknown)
            continue
        number = sum(place[m] for m in coalition)
        amount = _finite(value)
        if number == 0:
            faults += [] if amount == 0 else [_empty(where, value)]
        elif seen[number]:
            faults.append(f"{where}: coalition {coalition_name(coalition, names)} is given twice")
        elif amount is None:
            faults.append(_no_amount(where, coalition, value))
        seen[number] = True
        found[number] = np.nan if amount is None else amount
    faults += _missing(where, names, np.flatnonzero(~seen))
    if faults:
        raise InputError.gathered(faults)
    return names, found


def _held(where: str, key: Any, faults: list[str]) -> frozenset[Any] | None:
    """Members of a key; a tuple or list is read too, a text is not."""
    if isinstance(key, frozenset):
        return key
    if not isinstance(key, tuple):
        faults.append(f"{where}: key {key!r} is no coalition; write frozenset({{...}}) of member ids")
        return None
    held = frozenset(key)
    if len(held) < len(key):
        repeated = sorted({str(m) for m in key if key.count(m) > 1})
        faults.append(f"{where}: coalition {key!r} repeats {', '.join(repeated)}")
    return held


def _members_of(coalitions: Sequence[frozenset[Any]]) -> tuple[Any, ...]:
    """Single members in the order given; all who are named where there is no single one."""
    singles = [member for one in coalitions if len(one) == 1 for member in one]
    return tuple(dict.fromkeys(singles or sorted({m for one in coalitions for m in one}, key=str)))


def _member_faults(where: str, names: Sequence[Any]) -> list[str]:
    if not names:
        return [f"{where}: no member; give every non-empty coalition an amount"]
    if len(names) > MOST_MEMBERS:
        return [f"{where}: {len(names)} members; at most {MOST_MEMBERS} can be computed, group some of them"]
    repeated = sorted({str(m) for m in names if list(names).count(m) > 1})
    return [f"{where}: members repeat {', '.join(repeated)}"] if repeated else []


def _missing(where: str, names: Sequence[Any], numbers: NDArray[np.intp]) -> list[str]:
    told = [coalition_name(_coalition(names, int(m)), names) for m in numbers[:_TOLD]]
    faults = [f"{where}: no amount for coalition {name}; missing is not zero" for name in told]
    return faults + ([f"{where}: and {len(numbers) - _TOLD} more coalitions"] if len(numbers) > _TOLD else [])


def _unknown(where: str, member: Any, coalition: frozenset[Any], names: Sequence[Any]) -> str:
    near = near_misses(str(member), map(str, names))
    hint = (
        f"; did you mean {near[0]!r}?" if near else f"; it has no amount alone, or is not among {list(names)}"
    )
    return f"{where}: unknown member {member!r} in coalition {coalition_name(coalition)}{hint}"


def _no_amount(where: str, coalition: frozenset[Any], value: object) -> str:
    return (
        f"{where}: no amount for coalition {coalition_name(coalition)} ({value} found); missing is not zero"
    )


def _empty(where: str, value: object) -> str:
    return f"{where}: the empty coalition has {value}; it can only be 0"


def _finite(value: Any) -> float | None:
    try:
        amount = float(value)
    except (TypeError, ValueError):
        return None
    return amount if math.isfinite(amount) else None
