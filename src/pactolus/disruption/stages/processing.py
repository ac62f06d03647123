"""What processors make of what they have, month by month.

usual_r  = min(capacity_r, usual available_r / need)
output_r = min(usual_r, (available_r + stock_r) / need)          stock falls by what is drawn
cut_r    = usual_r - output_r
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pactolus.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Processed", "process"]


@dataclass(frozen=True, kw_only=True)
class Processed:
    """What processors make, month by month; arrays of shape (months, n). [t]

    ``available + drawn = need x output + unused``.
    """

    usual: Floats
    output: Floats
    drawn: Floats
    unused: Floats

    @property
    def cut(self) -> Floats:
        """Output that is lost. [t]"""
        lost: Floats = self.usual - self.output
        return lost


def process(
    available: Floats, usual_available: Floats, need: float | Floats, capacity: Floats, stock: Floats
) -> Processed:
    """Output of processors from what they have.

    Parameters
    ----------
    available : ndarray, shape (months, n)
        Of the stage before, after the shock, each month. [t]
    usual_available : ndarray, shape (n,)
        The same in a usual month. [t]
    need : float or ndarray, shape (n,)
        Tonnes of the stage before per tonne of output, above 0. [t/t]
    capacity : ndarray, shape (n,)
        Most output of a month; infinite is allowed. [t]
    stock : ndarray, shape (n,)
        Of the stage before, at the start; it keeps output up, never above what is usual. [t]

    Raises
    ------
    InputError
        All faults at once.

    Examples
    --------
    >>> import numpy as np
    >>> one = np.ones(1)
    >>> made = process(np.array([[5.0], [5.0]]), 10 * one, 2.0, 4 * one, 4 * one)
    >>> made.output.ravel().tolist(), made.drawn.ravel().tolist(), made.cut.ravel().tolist()
    ([4.0, 3.0], [3.0, 1.0], [0.0, 1.0])
    """
    import numpy as np

    needed = np.broadcast_to(np.asarray(need, dtype=float), usual_available.shape)
    _refuse(available, usual_available, needed, capacity, stock)
    usual = np.minimum(capacity, usual_available / needed)
    left = np.array(stock, dtype=float)
    output, drawn = np.empty(available.shape), np.empty(available.shape)
    for month, has in enumerate(available):
        output[month] = np.minimum(usual, (has + left) / needed)
        drawn[month] = np.clip(output[month] * needed - has, 0.0, left)
        left = left - drawn[month]
    return Processed(
        usual=np.broadcast_to(usual, available.shape),
        output=output,
        drawn=drawn,
        unused=np.maximum(available + drawn - output * needed, 0.0),
    )


def _refuse(available: Floats, usual: Floats, need: Floats, capacity: Floats, stock: Floats) -> None:
    n = usual.shape
    named = (("usual_available", usual), ("capacity", capacity), ("stock", stock))
    faults = [
        f"{name}: negative or missing numbers, or {array.shape} instead of {n}"
        for name, array in named
        if array.shape != n or not (array >= 0).all()
    ]
    if available.ndim != 2 or available.shape[1:] != n or not (available >= 0).all():
        faults.append(f"available: negative or missing numbers, or {available.shape} instead of months x {n}")
    if not (need > 0).all():
        faults.append("need: not above 0; output cannot be made of nothing")
    if faults:
        raise InputError.gathered(faults)
