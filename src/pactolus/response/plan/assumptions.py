"""Numbers of a plan that nobody measured: each has a name, a value and a reason, and is printed as such."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import polars as pl

__all__ = ["ASSUMED", "Assumptions"]

#: Name -> unit and what it means.
ASSUMED: Final[Mapping[str, tuple[str, str]]] = {
    "lending_share": ("share of the declared stock", "that a member lends at most, all loans together"),
    "lag_lending": (
        "months",
        "from a decision to lend or to swap grades to the arrival, and for the way back",
    ),
    "lag_rerouting": ("months", "from an order to the arrival from another supplier"),
    "lag_purchase": ("months", "the same for an order that members place together"),
    "rerouting_use": ("share of a month's use", "that a member can take from other suppliers in a month"),
    "premium": ("share of the price", "that other suppliers ask for: low, mid, high"),
    "swap_share": ("share of imports that still arrive", "that can be sent to another member instead"),
    "transport": ("share of the price", "freight and paper of a loan or a swap of grades, each way"),
    "swap_cost": ("share of the price", "of sending a cargo to another port; the receiver pays"),
    "handling": ("share of the price", "of any tonne that is released or ordered"),
    "expedite_months": ("months", "that quick customs and shipping save"),
    "expedite_fee": ("share of the price", "that they cost"),
    "return_share": ("share of a month's use", "that a borrower buys for returning in a month"),
    "late": ("share of the price", "that a tonne not returned within the horizon costs more"),
    "elasticity": ("1", "of demand in a shortage, without its sign"),
    "cap": ("multiple of the price", "highest value of a missing tonne: users stop there"),
    "steps": ("number", "of steps into which the value of missing tonnes is cut, less one"),
}


@dataclass(frozen=True, kw_only=True)
class Assumptions:
    """Limits, lags and prices of actions; `ASSUMED` says what each means.

    Attributes
    ----------
    money_musd_per_month : float or None
        Of all members for orders of a month; a limit that members set, None if nobody did. [million USD]
    by_member_lending : mapping of str to float
        Lending shares of single members, before `lending_share`.
    left_to_others : mapping of str to float
        Part of the alternatives that a member would get alone and leaves to others; all of it if not given.
    no_transfer : tuple of str
        Members that neither lend nor pass on.
    """

    lending_share: float = 0.4
    lag_lending: int = 1
    lag_rerouting: int = 2
    lag_purchase: int = 2
    rerouting_use: float = 0.15
    premium: tuple[float, float, float] = (0.05, 0.15, 0.30)
    swap_share: float = 0.1
    transport: float = 0.03
    swap_cost: float = 0.01
    handling: float = 0.01
    expedite_months: int = 1
    expedite_fee: float = 0.05
    return_share: float = 0.5
    late: float = 0.25
    elasticity: float = 0.3
    cap: float = 20.0
    steps: int = 4
    money_musd_per_month: float | None = None
    by_member_lending: Mapping[str, float] = field(default_factory=dict)
    left_to_others: Mapping[str, float] = field(default_factory=dict)
    no_transfer: tuple[str, ...] = ()

    def lends(self, member: str) -> float:
        """Part of its stock that a member lends at most."""
        return 0.0 if member in self.no_transfer else self.by_member_lending.get(member, self.lending_share)

    def faults(self) -> list[str]:
        """What cannot be, by name."""
        found = []
        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(value, bool) or not isinstance(value, int | float):
                continue
            if not 0 <= value < float("inf"):
                found.append(f"assumption {one.name}: {value!r}; give a number of 0 or more")
        shares = {"lending_share": self.lending_share, "swap_share": self.swap_share}
        shares |= {f"lending_share of {name}": part for name, part in self.by_member_lending.items()}
        shares |= {f"left_to_others of {name}": part for name, part in self.left_to_others.items()}
        found += [
            f"assumption {name}: {part:g}; a share is 0 to 1"
            for name, part in shares.items()
            if not 0 <= part <= 1
        ]
        if not 0 <= self.premium[0] <= self.premium[1] <= self.premium[2]:
            found.append(
                f"assumption premium: {self.premium}; give low, mid and high in rising order, 0 or more"
            )
        if not self.elasticity > 0 or self.cap < 1 or self.steps < 1:
            found.append("assumptions elasticity, cap, steps: elasticity above 0, cap and steps of 1 or more")
        if self.handling <= 0 or self.late <= self.transport:
            found.append(
                "assumptions handling, late: handling above 0 and late above transport, else tonnes move "
                "for nothing"
            )
        return found

    @property
    def table(self) -> pl.DataFrame:
        """``name, value, unit, meaning``, every one of them assumed."""
        import polars as pl

        rows = [(name, str(getattr(self, name)), *said) for name, said in ASSUMED.items()]
        return pl.DataFrame(rows, schema=("name", "value", "unit", "meaning"), orient="row")
