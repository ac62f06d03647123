"""What a joint buying calendar is made of: who buys, where, under which limit, and what is handed back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from pactolus.stockpile.members.needs import Need, Setting
from pactolus.stockpile.stocks.filling import Buyer, Market
from pactolus.workspace.labels import Label

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from pactolus.disruption.scenarios.reach import Place

    Floats = NDArray[np.float64]

__all__ = ["CLEARANCE", "NOTICE", "BuyingCalendar", "Case", "Lines", "cap_of"]

#: What must come before any use of figures that concern competitors.
CLEARANCE: Final = (
    "Have it cleared under the competition law of each member before it is used "
    "(Korea: Monopoly Regulation and Fair Trade Act; Japan: Antimonopoly Act)."
)
#: Printed with every joint purchase.
NOTICE: Final = (
    "For governments only: tonnes of public stocks, no firm's demand, price or bid, and no agreement on "
    f"prices between firms. {CLEARANCE}"
)


@dataclass(frozen=True, kw_only=True)
class Case:
    """Assumptions under which plans are compared: a setting, and a multiple of the price impact."""

    setting: Setting
    impact: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Lines:
    """Who buys one mineral at one stage, under one case.

    Attributes
    ----------
    need : Need
    market : Market
    buyers : mapping of str to Buyer
        By member, from an empty store; `Buyer.start_t` is set by each plan.
    later : mapping of str to ndarray
        Value of what is in stock in the normal regime at `Buyer.levels`. [USD]
    day_t : mapping of str to float
        Use of a day. [t]
    """

    need: Need
    market: Market
    buyers: Mapping[str, Buyer]
    later: Mapping[str, Floats] = field(repr=False)
    day_t: Mapping[str, float] = field(repr=False)

    @property
    def place(self) -> Place:
        """Mineral and stage."""
        return (self.need.mineral, self.need.stage)

    def at(self, start: Mapping[str, float]) -> list[Buyer]:
        """The buyers with what they hold; nothing where it is not given."""
        return [replace(one, start_t=start.get(name, 0.0)) for name, one in self.buyers.items()]


@dataclass(frozen=True, kw_only=True)
class BuyingCalendar:
    """A joint buying calendar and what is to be known about it.

    Attributes
    ----------
    calendar : polars.DataFrame
        `CALENDAR`, one row a mineral, stage, end of the declared holdings, month and member.
    compare : polars.DataFrame
        `COMPARE`, the calendar beside buying without coordination, by case and member.
    first : polars.DataFrame
        `FIRST`, who buys first and why, by case.
    disclosure : polars.DataFrame
        `DISCLOSURE`, how answers change across each declared range, and what one bit would be worth.
    label : Label
        The strictest of any input, for each member: purchases reveal stocks.
    notice : str
        `NOTICE`.
    notes : tuple of str
    ranges : tuple of str
        What coordination changes, smallest to largest over the cases, a mineral and stage each.
    """

    calendar: pl.DataFrame
    compare: pl.DataFrame
    first: pl.DataFrame
    disclosure: pl.DataFrame
    label: Label
    notice: str = NOTICE
    notes: tuple[str, ...] = ()
    ranges: tuple[str, ...] = ()


def cap_of(market: Market, world_share: float, max_rise: float) -> tuple[float, str]:
    """Most that is bought in a month, and the limit that says so. [t]"""
    by_share, by_rise = world_share * market.month_t, max_rise * market.month_t / market.kappa
    if by_share <= by_rise:
        return by_share, f"{world_share:.3%} of monthly world trade"
    return by_rise, f"a price rise of {max_rise:.3%}"
