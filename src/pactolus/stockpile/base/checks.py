"""Faults of what is given to the stockpile engines: all of one call at once, with place and value."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Checks"]

#: how far a row of probabilities may be from 1
ROUNDING: Final = 1e-9


class Checks:
    """Gathers faults; every reader returns something usable, so that the next fault is seen too."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def done(self) -> None:
        """Raise one `InputError` with every fault found."""
        from pactolus.errors import InputError

        if self.faults:
            raise InputError.gathered(self.faults)

    def add(self, fault: str) -> None:
        """Note a fault."""
        self.faults.append(fault)

    def number(
        self,
        name: str,
        value: Any,
        *,
        least: float = 0.0,
        most: float = math.inf,
        above: bool = False,
        below: bool = False,
        whole: bool = False,
        mend: str = "",
    ) -> float:
        """A finite number within its bounds; `above` and `below` leave the bounds themselves out."""
        hint = f"; {mend}" if mend else ""
        if isinstance(value, (bool, str)) or not hasattr(value, "__float__"):
            self.add(f"{name}: {value!r} is not a number{hint}")
            return least
        try:
            found = float(value)
        except (TypeError, ValueError):
            self.add(f"{name}: {value!r} is not one number{hint}")
            return least
        if not math.isfinite(found):
            self.add(f"{name}: {found} is not a finite number{hint}")
            return least
        if found < least or (above and found == least):
            self.add(f"{name}: {found:g} is {'not above' if above else 'below'} {least:g}{hint}")
            return least
        if found > most or (below and found == most):
            self.add(f"{name}: {found:g} is {'not below' if below else 'above'} {most:g}{hint}")
            return most if math.isfinite(most) else least
        if whole and found != round(found):
            self.add(f"{name}: {found:g} is not a whole number{hint}")
            return float(round(found))
        return found

    def row(
        self,
        name: str,
        value: Any,
        length: int,
        *,
        of: str = "regime",
        least: float = 0.0,
        most: float = math.inf,
        single: bool = False,
    ) -> Floats:
        """One finite number for each regime (or member); with `single`, one number stands for all."""
        import numpy as np

        zeros = np.zeros(length)
        try:
            found = np.asarray(value, dtype=float)
        except (TypeError, ValueError):
            self.add(f"{name}: {value!r} cannot be read as numbers, one for each {of}")
            return zeros
        if single and found.ndim == 0:
            found = np.full(length, float(found))
        if found.shape != (length,):
            self.add(f"{name}: has the shape {found.shape}; give {length} numbers, one for each {of}")
            return zeros
        for place in np.flatnonzero(~((found >= least) & (found <= most) & np.isfinite(found))):
            bounds = f"below {least:g}" if not math.isfinite(most) else f"outside {least:g} to {most:g}"
            bad = float(found[place])
            why = f"is {bounds}" if math.isfinite(bad) else "is not a finite number"
            self.add(f"{name}[{place}]: {bad:g} {why}")
        return np.where((found >= least) & (found <= most) & np.isfinite(found), found, max(least, 0.0))

    def transition(self, name: str, value: Any) -> Floats:
        """A square matrix of probabilities whose rows sum to 1."""
        import numpy as np

        try:
            found = np.asarray(value, dtype=float)
        except (TypeError, ValueError):
            self.add(f"{name}: cannot be read as a square matrix of probabilities")
            return np.eye(1)
        if found.ndim != 2 or found.shape[0] != found.shape[1] or found.size == 0:
            self.add(f"{name}: has the shape {found.shape}; give a square matrix, one row for each regime")
            return np.eye(max(1, found.shape[0] if found.ndim else 1))
        outside = ~((found >= 0) & (found <= 1))
        for row, column in np.argwhere(outside):
            self.add(f"{name}[{row}, {column}]: {found[row, column]:g} is not a probability (0 to 1)")
        for row, total in enumerate(found.sum(axis=1)):
            if not outside[row].any() and abs(total - 1) > ROUNDING:
                self.add(f"{name}[{row}]: the row sums to {total:.10g}, not to 1")
        return found

    def choice(self, name: str, value: Any, known: Sequence[str]) -> str:
        """One of a few words."""
        if value not in known:
            self.add(f"{name}: {value!r} is not one of {', '.join(known)}")
            return known[0]
        return str(value)

    def interval(
        self, name: str, value: Any, *, least: float = 0.0, most: float = math.inf
    ) -> tuple[float, float]:
        """A range with its lower end first; a single number is a range of no width."""
        ends = value if isinstance(value, (tuple, list)) else (value, value)
        if len(ends) != 2:
            self.add(f"{name}: {value!r} is not a range; give (low, high)")
            return least, least
        low = self.number(f"{name}[0]", ends[0], least=least, most=most)
        high = self.number(f"{name}[1]", ends[1], least=least, most=most)
        if low > high:
            self.add(f"{name}: ({low:g}, {high:g}) is upside down; give the lower end first")
            return high, low
        return low, high
