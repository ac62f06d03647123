"""What each member gets or pays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pactolus.errors import InputError

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Split", "amounts_of"]


class Split(Mapping[Any, float]):
    """An amount for each member; cannot be changed, and equals any mapping with the same entries.

    Parameters
    ----------
    amounts : mapping of member to float

    Examples
    --------
    >>> split = Split({"KOR": 1.5, "JPN": 2.5})
    >>> split["JPN"], split.total, split == {"JPN": 2.5, "KOR": 1.5}
    (2.5, 4.0, True)
    """

    __slots__ = ("_amounts",)

    def __init__(self, amounts: Mapping[Any, float] | Iterable[tuple[Any, float]]) -> None:
        entries = {member: float(amount) + 0.0 for member, amount in dict(amounts).items()}
        object.__setattr__(self, "_amounts", entries)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a split cannot be changed; make a new one instead of setting {name!r}")

    def __getitem__(self, member: Any) -> float:
        amounts: dict[Any, float] = object.__getattribute__(self, "_amounts")
        return amounts[member]

    def __iter__(self) -> Iterator[Any]:
        return iter(object.__getattribute__(self, "_amounts"))

    def __len__(self) -> int:
        return len(object.__getattribute__(self, "_amounts"))

    def __hash__(self) -> int:
        return hash(frozenset(self.items()))

    def __repr__(self) -> str:
        inner = ", ".join(f"{member!r}: {amount!r}" for member, amount in self.items())
        return f"Split({{{inner}}})"

    def __reduce__(self) -> tuple[type[Split], tuple[dict[Any, float]]]:
        return Split, (dict(self),)

    @property
    def total(self) -> float:
        """Sum of all amounts, correctly rounded."""
        import math

        return math.fsum(self.values())

    def rounded(self, digits: int) -> Split:
        """The same with fewer digits, for showing; the sum may be off by the last one."""
        return Split({member: round(amount, digits) for member, amount in self.items()})

    @property
    def table(self) -> pl.DataFrame:
        """Columns ``member`` and ``amount``."""
        import polars as pl

        rows = {"member": [str(m) for m in self], "amount": list(self.values())}
        return pl.DataFrame(rows, schema={"member": pl.String, "amount": pl.Float64})


def amounts_of(members: Iterable[Any], given: Mapping[Any, float], *, where: str, what: str) -> list[float]:
    """One finite number for each member in order, or all faults at once.

    Raises
    ------
    InputError
        If a member has no number, a number is missing, or somebody else has one.
    """
    import math

    from pactolus.errors import near_misses

    known = list(members)
    faults = [
        f"{where}: {what} has no number for {m!r}; missing is not zero" for m in known if m not in given
    ]
    for member, amount in given.items():
        if member not in known:
            near = near_misses(str(member), map(str, known))
            hint = f"; did you mean {near[0]!r}?" if near else ""
            faults.append(f"{where}: {what} names {member!r}, who is not a member{hint}")
        elif amount is None or not math.isfinite(amount):
            faults.append(f"{where}: {what} of {member!r} is {amount}; missing is not zero")
    if faults:
        raise InputError.gathered(faults)
    return [float(given[member]) for member in known]
