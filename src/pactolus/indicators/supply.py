"""What a vector of supplies must be, checked once for every indicator."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from pactolus.errors import DataError

__all__ = ["Supply", "amounts_of", "require_same_suppliers", "require_supply"]

Supply = Mapping[str, float | None] | Iterable[float | None]
"""One amount for each supplier, named (a mapping) or in a fixed order (list, NumPy array, Polars series)."""


def require_supply(supply: Supply, *, where: str, name: str = "supply_t") -> list[float]:
    """The amounts as floats, or one error that lists every fault.

    Parameters
    ----------
    supply : mapping or iterable of float, shape (n_suppliers,)
        Amounts >= 0, any one unit.
    where : str
        The function that asks, for the message.
    name : str
        The argument, for the message.

    Returns
    -------
    list of float, shape (n_suppliers,)

    Raises
    ------
    DataError
        If an amount is missing or negative, or nothing is supplied at all.
    """
    names, amounts = _named(supply)
    missing = [n for n, a in zip(names, amounts, strict=True) if a is None or math.isnan(a)]
    negative = [n for n, a in zip(names, amounts, strict=True) if a is not None and a < 0]
    endless = [n for n, a in zip(names, amounts, strict=True) if a is not None and math.isinf(a)]
    faults = []
    if missing:
        faults.append(
            f"{where}: {name} has no value for {missing}; a missing quantity is not zero. "
            "Add a documented correction, or drop the country first."
        )
    if negative:
        faults.append(
            f"{where}: {name} is negative for {negative}; net flows have no shares. Give gross supply."
        )
    if endless:
        faults.append(f"{where}: {name} is not finite for {endless}. Give a number.")
    if not faults and not any(amounts):
        faults.append(
            f"{where}: {name} adds up to zero; there are no shares of nothing. Report a status instead."
        )
    if faults:
        raise DataError("\n".join(faults))
    return [float(a) for a in amounts if a is not None]


def require_same_suppliers(left: Supply, right: Supply, *, where: str) -> None:
    """Refuse two vectors that do not speak of the same suppliers in the same order.

    Raises
    ------
    DataError
        If lengths or names differ.
    """
    names, others = _named(left)[0], _named(right)[0]
    if names != others:
        only = sorted(set(map(str, names)) ^ set(map(str, others)))
        raise DataError(
            f"{where}: the two vectors must name the same suppliers in the same order; they differ in {only}"
        )


def amounts_of(values: Supply) -> list[float | None]:
    """The amounts alone, in their order, NaN as None."""
    listed = list(values.values()) if isinstance(values, Mapping) else list(values)
    return [None if v is None or math.isnan(v) else float(v) for v in listed]


def _named(supply: Supply) -> tuple[list[str] | list[int], list[float | None]]:
    if isinstance(supply, Mapping):
        return list(supply), list(supply.values())
    amounts = list(supply)
    return list(range(len(amounts))), amounts
