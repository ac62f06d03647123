"""Named cargo: shipments that an event holds up, as part of what its months lose.

Cargo of a country that is cut is among what the cut takes away, so that of the month's share and the cargo
the larger counts; cargo of others comes on top. Which cargo counts hangs on how sure it is that it does not
come:

    low     held, waiting for a licence, cancelled
    middle  loaded too, and where nobody knows
    high    afloat too

It counts in its month of arrival, in durations that last until then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["COUNTED", "Cargo", "by_duration", "lasting"]

_SURE: Final = ("held", "waiting_licence", "cancelled")
_LIKELY: Final = (*_SURE, "loaded", "unknown")
#: States that count at the low end, in the middle and at the high end.
COUNTED: Final = (_SURE, _LIKELY, (*_LIKELY, "afloat"))


@dataclass(frozen=True, kw_only=True)
class Cargo:
    """A shipment in a plan.

    Attributes
    ----------
    reference : str
    place, member : int
    tonnes : float
        [t]
    month : int or None
        Of arrival as planned, in months of the plan; None where no day is given.
    status : str
        As in an event: ``afloat``, ``held`` ...
    cut : bool
        Whether its origin is cut, so that it is among what the cut takes away.
    """

    reference: str
    place: int
    member: int
    tonnes: float
    month: int | None
    status: str = "unknown"
    cut: bool = True


def lasting(path: Floats, use: Floats, cargo: Sequence[Cargo], end: int = 1) -> Floats:
    """What each month takes away while the event lasts, never more than is used.

    Parameters
    ----------
    path : ndarray, shape (K, I, T)
        By the share that is lost. [t]
    use : ndarray, shape (K, I)
        Of a month. [t]
    cargo : sequence of Cargo
    end : int
        Of `COUNTED`.

    Returns
    -------
    ndarray, shape (K, I, T)

    Examples
    --------
    A month loses 10 t by its share; 12 t are named. Of another origin they would come on top.

    >>> import numpy as np
    >>> ship = Cargo(reference="S-1", place=0, member=0, tonnes=12.0, month=0, status="held")
    >>> lasting(np.full((1, 1, 2), 10.0), np.array([[40.0]]), [ship]).tolist()
    [[[12.0, 10.0]]]
    """
    import numpy as np

    inside, outside = np.zeros_like(path), np.zeros_like(path)
    for one in cargo:
        if one.month is not None and 0 <= one.month < path.shape[2] and one.status in COUNTED[end]:
            (inside if one.cut else outside)[one.place, one.member, one.month] += one.tonnes
    found: Floats = np.minimum(np.maximum(path, inside) + outside, np.nan_to_num(use)[..., None])
    return found


def by_duration(while_it_lasts: Floats, lengths: Sequence[int]) -> Floats:
    """The same for durations that end in some months, shape (K, I, T, S)."""
    import numpy as np

    runs = np.arange(while_it_lasts.shape[2])[:, None] < np.asarray(lengths)[None, :]
    return while_it_lasts[..., None] * runs
