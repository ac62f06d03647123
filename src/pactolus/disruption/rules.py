"""Importers' totals after an export cut: three baselines and our rule (docs/decisions/0008).

Sizes: `total` and `bought` are arrays over importers [t], `share` the supplier's part of these importers'
trade, `cut` the part of it that is lost, and `size` the loss as a part of world trade, all 0 to 1. Where
every importer is hit, ``size = share x cut``; where only some are, the goods go elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "LARGE",
    "MIX",
    "MODELS",
    "SPREAD",
    "THRESHOLD",
    "Rule",
    "kept",
    "pactolus_rule",
    "reroute_by_need",
]

#: Size of a shock (world share x cut) at which half of the loss is re-routed: the study's limit of large.
THRESHOLD: Final = 0.10
#: How sharply re-routing falls with size, on the log scale.
SPREAD: Final = 0.3
#: Weight of "its customers lose" against "everybody loses the same share".
MIX: Final = 0.5
#: From this size on a shock is large: importers may be told apart.
LARGE: Final = 0.10


def kept(size: float, *, threshold: float = THRESHOLD, spread: float = SPREAD) -> float:
    """Part of a loss that is not re-routed to other suppliers within the year.

    Parameters
    ----------
    size : float
        World share x cut.

    Examples
    --------
    >>> kept(0.0), kept(0.10)
    (0.0, 0.5)
    >>> round(kept(0.01), 3), round(kept(0.5), 3)
    (0.0, 0.995)
    """
    if size <= 0:
        return 0.0
    force = (size / threshold) ** (1 / spread)
    return float(force / (1 + force))


def no_change(total: Floats, bought: Floats, share: float, cut: float, size: float) -> Floats:
    """Everybody imports what it imported."""
    return total.copy()


def uniform(total: Floats, bought: Floats, share: float, cut: float, size: float) -> Floats:
    """Everybody loses the same share: ``M (1 - c s)``."""
    return total * (1 - cut * share)


def proportional(total: Floats, bought: Floats, share: float, cut: float, size: float) -> Floats:
    """Its customers lose what they bought: ``M - c f``."""
    return total - cut * bought


def pactolus_rule(
    total: Floats,
    bought: Floats,
    share: float,
    cut: float,
    size: float,
    *,
    threshold: float = THRESHOLD,
    spread: float = SPREAD,
    mix: float = MIX,
) -> Floats:
    """The rule of decision 8: a mean of the two losses, less what is re-routed."""
    loss = cut * (mix * bought + (1 - mix) * share * total)
    left = total - kept(size, threshold=threshold, spread=spread) * loss
    return left.clip(min=0.0)


def reroute_by_need(loss: Floats, spare: float) -> Floats:
    """What is still lost after spare supply is shared out in proportion to the losses. [t]

    Parameters
    ----------
    loss : ndarray
        >= 0. [t]
    spare : float
        What other suppliers can add. [t]

    Examples
    --------
    >>> import numpy as np
    >>> reroute_by_need(np.array([36.0, 18.0, 6.0]), 20.0).round(9).tolist()
    [24.0, 12.0, 4.0]
    """
    total = float(loss.sum())
    if total <= 0:
        return loss.copy()
    left: Floats = loss * (1 - min(spare, total) / total)
    return left


Rule = Callable[["Floats", "Floats", float, float, float], "Floats"]
"""A model: total, bought, share, cut and size to the totals after."""
#: Models of the back-test by name, baselines first.
MODELS: Final[Mapping[str, Rule]] = {
    "no_change": no_change,
    "uniform": uniform,
    "proportional": proportional,
    "pactolus": pactolus_rule,
}
