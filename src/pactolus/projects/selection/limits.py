"""What a choice must keep besides budgets: caps, floors, and how much the worst years weigh."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pactolus.errors import OptionError

__all__ = ["Limits"]


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Limits of one choice; none but the budgets of the instance unless given.

    Attributes
    ----------
    alpha : float
        Level of the worst scenarios: 0.95 looks at the worst twentieth.
    weight : float
        Of the worst scenarios beside the mean. [0-1]
    host_cap, mineral_cap : float or None
        Most that one host, or one product, may take of all money that is spent. [0-1]
    esg_floor : float or None
        Least mean score of each product, weighted by capacity, over projects with a known score. [0-1]
    esg_unknown_most : float or None
        Most of the capacity of each product that may be of projects without a score. [0-1]
    local_processing : float
        Least part of the ore of a chain that is refined in its host. [0-1]
    offtake_least : mapping of member to float
        Least part of the members' offtake of each product and year. [0-1]
    spend_most : mapping of member to float
        Most of the money of each class that a member may bear. [0-1]
    supply_least : mapping of (member, product, year) to float
        Least offtake of a member from that year on, as a share of its need. [0-1]
    cvar_most : float or None
        Most that the mean of the worst scenarios may cost. [million USD]
    required, excluded : frozenset of str
        Projects that must, or must not, be taken.

    Raises
    ------
    OptionError
        All faults at once.
    """

    alpha: float = 0.95
    weight: float = 0.3
    host_cap: float | None = None
    mineral_cap: float | None = None
    esg_floor: float | None = None
    esg_unknown_most: float | None = None
    local_processing: float = 0.0
    offtake_least: Mapping[str, float] = field(default_factory=dict)
    spend_most: Mapping[str, float] = field(default_factory=dict)
    supply_least: Mapping[tuple[str, str, int], float] = field(default_factory=dict)
    cvar_most: float | None = None
    required: frozenset[str] = frozenset()
    excluded: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        faults = [] if 0 <= self.alpha < 1 else [f"alpha: {self.alpha} lies outside 0 to below 1"]
        parts: dict[str, float | None] = {
            "weight": self.weight,
            "host_cap": self.host_cap,
            "mineral_cap": self.mineral_cap,
            "esg_floor": self.esg_floor,
            "esg_unknown_most": self.esg_unknown_most,
            "local_processing": self.local_processing,
        }
        for name in ("offtake_least", "spend_most", "supply_least"):
            parts |= {f"{name} of {key}": value for key, value in getattr(self, name).items()}
        faults += [
            f"{name}: {value} lies outside 0 to 1"
            for name, value in parts.items()
            if value is not None and not 0 <= value <= 1
        ]
        if sum(self.offtake_least.values()) > 1:
            faults.append(
                f"offtake_least: {sum(self.offtake_least.values()):g} in all; at most 1 can be shared"
            )
        if self.cvar_most is not None and not self.cvar_most >= 0:
            faults.append(f"cvar_most: {self.cvar_most}; give nought or more")
        if both := sorted(self.required & self.excluded):
            faults.append(f"required and excluded: {', '.join(both)}")
        if faults:
            raise OptionError("\n".join(faults))
