"""What a shortage, a purchase and a stock cost: closed forms, and the same as steps that rise in price.

Costs are in units of the value of use at the base price, so that a curve fits any mineral.

    W(x)  = integral from 0 to x of min(M, (1 - u)^(-1 / e)) du       shortage of the share x of use
    B(b)  = b (1 + kappa b / 2)                                        purchase of b months of use in a month
    h     = financing + storage + deterioration + rotation loss / shelf life      a year, of the value held
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pactolus.stockpile.base.checks import Checks

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "Holding",
    "purchase_cost",
    "purchase_steps",
    "shortage_cost",
    "shortage_steps",
    "world_price_impact",
]

#: steps of a shortage curve and of a purchase curve; chords lie above the curve, by less than 0.05 % of
#: the cost from a loss of a tenth on
SHORTAGE_STEPS: Final = 96
PURCHASE_STEPS: Final = 24


@dataclass(frozen=True, kw_only=True)
class Holding:
    """Yearly cost of a stock, as shares of its value.

    Attributes
    ----------
    financing : float
        Interest on what the stock cost. Left out where costs are discounted, which already counts it.
    storage : float
    deterioration : float
        Part of the stock that is lost a year.
    rotation_loss : float
        Part of the value that is lost when an old lot is sold and a fresh one bought.
    shelf_life_years : float or None
        How long a lot keeps; None for ever.
    """

    financing: float = 0.03
    storage: float = 0.02
    deterioration: float = 0.01
    rotation_loss: float = 0.0
    shelf_life_years: float | None = None

    @property
    def rotation(self) -> float:
        """Yearly cost of rotation. [1/year]"""
        return self.rotation_loss / self.shelf_life_years if self.shelf_life_years else 0.0

    @property
    def rate(self) -> float:
        """All four together. [1/year]

        Examples
        --------
        >>> round(Holding(rotation_loss=0.1, shelf_life_years=2.0).rate, 4)
        0.11
        """
        return self.financing + self.storage + self.deterioration + self.rotation

    def faults(self, where: str, checks: Checks) -> None:
        """Note what cannot be."""
        for name in ("financing", "storage", "deterioration", "rotation_loss"):
            checks.number(f"{where}.{name}", getattr(self, name), most=1.0)
        if self.shelf_life_years is not None:
            checks.number(f"{where}.shelf_life_years", self.shelf_life_years, above=True)
        elif self.rotation_loss:
            checks.add(f"{where}.rotation_loss: {self.rotation_loss:g} without shelf_life_years; give both")


def shortage_cost(short: float, *, elasticity: float = 0.3, cap: float = 20.0) -> float:
    """Value of use that is lost when a share of it is missing.

    Parameters
    ----------
    short : float
        Share of use that is missing, 0 to 1.
    elasticity : float
        Of demand, without its sign.
    cap : float
        Highest value of a missing unit, as a multiple of the price: users stop there.

    Returns
    -------
    float
        In units of the value of all use at the base price.

    Raises
    ------
    InputError
        All faults at once.

    Examples
    --------
    >>> round(shortage_cost(0.1), 6), round(shortage_cost(1.0), 3)
    (0.119441, 11.203)
    """
    import numpy as np

    checks = Checks()
    x = checks.number("short", short, most=1.0)
    e = checks.number("elasticity", elasticity, above=True)
    m = checks.number("cap", cap, least=1.0)
    checks.done()
    return float(shortage_costs(np.array(x), e, m))


def shortage_costs(short: Floats, elasticity: float, cap: float) -> Floats:
    """As `shortage_cost`, of many shares at once and without checks."""
    import numpy as np

    bent = np.minimum(short, 1 - cap**-elasticity)
    a = 1 / elasticity
    left = np.log1p(-bent)
    below = -left if abs(a - 1) < 1e-12 else np.expm1((1 - a) * left) / (a - 1)
    found: Floats = below + cap * (short - bent)
    return found


def shortage_steps(elasticity: float, cap: float, steps: int = SHORTAGE_STEPS) -> tuple[Floats, Floats]:
    """The shortage curve as chords, cut where the price has risen by equal parts.

    Returns
    -------
    ends : ndarray, shape (steps + 2,)
        Shares missing, from 0 to 1.
    slopes : ndarray, shape (steps + 1,)
        Rising; each is the mean value of a unit between two ends.
    """
    import numpy as np

    worth = cap ** np.linspace(0.0, 1.0, steps + 1)
    ends = np.append(1 - worth**-elasticity, 1.0)
    cost = shortage_costs(ends, elasticity, cap)
    width = np.diff(ends)
    keep = width > 1e-12
    ends = np.append(ends[:-1][keep], 1.0)
    slopes = np.diff(cost)[keep] / width[keep]
    return ends, slopes


def purchase_cost(bought: float, impact: float) -> float:
    """Cost of buying in a month, as a multiple of a month's use at the base price.

    Parameters
    ----------
    bought : float
        Months of use bought in the month, >= 0.
    impact : float
        kappa: rise of the price for a month of use bought in a month.

    Examples
    --------
    >>> purchase_cost(0.5, 0.4)
    0.55
    """
    checks = Checks()
    b = checks.number("bought", bought)
    kappa = checks.number("impact", impact)
    checks.done()
    return b * (1 + kappa * b / 2)


def purchase_steps(most: float, impact: float, steps: int = PURCHASE_STEPS) -> tuple[Floats, Floats]:
    """The purchase curve up to `most` months of use as equal steps: widths and rising prices."""
    import numpy as np

    count = 1 if impact == 0 else steps
    ends = np.linspace(0.0, most, count + 1)
    middle = (ends[1:] + ends[:-1]) / 2
    return np.diff(ends), 1 + impact * middle


def world_price_impact(world_share: float) -> float:
    """An assumption for kappa: 0.3 for each tenth of world imports that the buyer takes.

    Examples
    --------
    >>> round(world_price_impact(0.05), 3)
    0.15
    """
    checks = Checks()
    share = checks.number("world_share", world_share, most=1.0)
    checks.done()
    return 3.0 * share
