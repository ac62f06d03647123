"""Importers' totals after an export cut: three baselines and our rule (docs/decisions/0008).

Sizes: `total` and `bought` are arrays over importers [t], `share` the supplier's part of these importers'
trade, `cut` the part of it that is lost, all 0 to 1, and `burden` what is lost as a part of what all other
suppliers ship: by so much they would have to add for nobody to lose.
"""

from __future__ import annotations

import math
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
    "burden_of",
    "kept",
    "pactolus_rule",
    "reroute_by_need",
]

#: Burden of the others at which half of a loss is re-routed.
THRESHOLD: Final = 0.10
#: How sharply re-routing falls with the burden, on the log scale.
SPREAD: Final = 0.3
#: Steps below the threshold from which everything is re-routed.
_FAR: Final = 500.0
#: Weight of "its customers lose" against "everybody loses the same share".
MIX: Final = 0.5
#: From this size on a shock is large: importers may be told apart.
LARGE: Final = 0.10


def burden_of(lost: float, others: float) -> float:
    """What is lost as a part of what all other suppliers ship; infinite where there are none.

    Parameters
    ----------
    lost, others : float
        In the same unit, both >= 0.

    Examples
    --------
    >>> burden_of(0.45, 0.5), burden_of(0.0, 0.0), burden_of(0.1, 0.0)
    (0.9, 0.0, inf)
    """
    if lost <= 0:
        return 0.0
    return lost / others if others > 0 else math.inf


def kept(burden: float, *, threshold: float = THRESHOLD, spread: float = SPREAD) -> float:
    """Part of a loss that is not re-routed to other suppliers within the year.

    Parameters
    ----------
    burden : float
        See `burden_of`.

    Examples
    --------
    >>> kept(0.0), kept(0.10), kept(float("inf"))
    (0.0, 0.5, 1.0)
    >>> round(kept(0.01), 3), round(kept(0.5), 3)
    (0.0, 0.995)
    """
    if burden <= 0:
        return 0.0
    steps = (math.log(burden) - math.log(threshold)) / spread
    return 1 / (1 + math.exp(-steps)) if steps > -_FAR else 0.0


def no_change(total: Floats, bought: Floats, share: float, cut: float, burden: float) -> Floats:
    """Everybody imports what it imported."""
    return total.copy()


def uniform(total: Floats, bought: Floats, share: float, cut: float, burden: float) -> Floats:
    """Everybody loses the same share: ``M (1 - c s)``."""
    return total * (1 - cut * share)


def proportional(total: Floats, bought: Floats, share: float, cut: float, burden: float) -> Floats:
    """Its customers lose what they bought: ``M - c f``."""
    return total - cut * bought


def pactolus_rule(
    total: Floats,
    bought: Floats,
    share: float,
    cut: float,
    burden: float,
    *,
    threshold: float = THRESHOLD,
    spread: float = SPREAD,
    mix: float = MIX,
) -> Floats:
    """The rule of decision 8: a mean of the two losses, less what is re-routed."""
    loss = cut * (mix * bought + (1 - mix) * share * total)
    left = total - kept(burden, threshold=threshold, spread=spread) * loss
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
"""A model: total, bought, share, cut and burden to the totals after."""
#: Models of the back-test by name, baselines first.
MODELS: Final[Mapping[str, Rule]] = {
    "no_change": no_change,
    "uniform": uniform,
    "proportional": proportional,
    "pactolus": pactolus_rule,
}
