"""Rules of a stock that fit into a sentence: so many days, released on a condition, refilled at a pace.

A rule of thumb ("100 days") says what to hold and little more. To be played it must also say when it is
released and how fast it is filled again; the defaults are gentle, because a rule that covers every small loss
and refills at full speed is not what agencies do.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pactolus.errors import MissingExtraError
from pactolus.stockpile.base.checks import Checks

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.stockpile.stocks.continuous import Importer, SizedStock
    from pactolus.stockpile.stocks.simulate import Seen

    Floats = NDArray[np.float64]

__all__ = ["DAY_RULES", "NO_STOCK", "PolicyRule", "ReleaseRule", "day_rule", "read_rule"]

#: loss up to which a rule keeps its stock; the importer still buys there
SMALL: Final = 0.05
#: months in which a rule fills an empty stock
REFILL: Final = 12.0


@dataclass(frozen=True)
class ReleaseRule:
    """So many days, and the conditions under which they are released and bought again.

    Attributes
    ----------
    target_days : float
        Days of use to hold. [days of the importer's `use_t`]
    name : str
        Its id.
    release_above : float
        Released in months in which more than this share of use is missing.
    band : tuple of float or None
        Also, or only (with `release_above` 0), if the month's percentile lies in this band: ``(0, 5)`` are
        the scarcest 5 % of months. A month without a loss is in no band.
    held_back_days : float
        Not released, unless `emergency_above` opens them.
    emergency_above : float or None
        Share of use missing above which the days held back are released too; None for never.
    cap_days : float or None
        Most that is released in a month; None for all that is missing.
    refill_months : float
        An empty stock is filled in so many months, a like part of the target in each. Nothing is bought while
        the condition of release holds.
    minerals : tuple of str
        For which it is meant; all if empty.

    Examples
    --------
    >>> ReleaseRule(100.0, cap_days=15.0).conditions
    1
    """

    target_days: float
    name: str = "rule"
    release_above: float = SMALL
    band: tuple[float, float] | None = None
    held_back_days: float = 0.0
    emergency_above: float | None = None
    cap_days: float | None = None
    refill_months: float = REFILL
    minerals: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        checks = Checks()
        where = f"rule[{self.name!r}]"
        checks.number(f"{where}.target_days", self.target_days)
        checks.number(f"{where}.release_above", self.release_above, most=1.0)
        checks.number(f"{where}.held_back_days", self.held_back_days, most=self.target_days)
        checks.number(f"{where}.refill_months", self.refill_months, above=True)
        if self.band is not None:
            checks.interval(f"{where}.band", self.band, most=100.0)
        if self.emergency_above is not None:
            checks.number(f"{where}.emergency_above", self.emergency_above, most=1.0)
        if self.cap_days is not None:
            checks.number(f"{where}.cap_days", self.cap_days)
        checks.done()

    @property
    def conditions(self) -> int:
        """How many conditions it has beyond days, a trigger and a pace of a twelfth a month."""
        both = self.band is not None and self.release_above > 0
        return sum((both, self.held_back_days > 0, self.cap_days is not None, self.refill_months != REFILL))

    def levels(self, importer: Importer, step_days: float) -> Floats:
        """Stocks from nothing to the target, about `step_days` apart. [t]"""
        import numpy as np

        count = max(1, round(self.target_days / step_days)) if self.target_days > 0 else 0
        return np.linspace(0.0, self.target_days * importer.day_t, count + 1)

    def decide(self, importer: Importer, seen: Seen) -> tuple[Floats, Floats]:
        """Release and purchase of the month. [t]"""
        import numpy as np

        opened = np.inf if self.emergency_above is None else self.emergency_above
        held = np.where(seen.loss > opened, 0.0, self.held_back_days * importer.day_t)
        most = np.inf if self.cap_days is None else self.cap_days * importer.day_t
        free = np.minimum(np.maximum(seen.stock_t - held, 0.0), most)
        released = self.released(seen)
        out = np.where(released, np.minimum(seen.loss * importer.month_t, free), 0.0)
        target = self.target_days * importer.day_t
        buy = np.minimum(np.maximum(target - seen.stock_t, 0.0), target / self.refill_months)
        return out, np.where(released, 0.0, buy)

    def released(self, seen: Seen) -> NDArray[np.bool_]:
        """Whether its condition holds."""
        import numpy as np

        found = seen.loss > max(self.release_above, 1e-12)
        if self.band is not None:
            found = found & (seen.percentile >= self.band[0]) & (seen.percentile <= self.band[1])
        return np.asarray(found)


@dataclass(frozen=True)
class PolicyRule:
    """The optimal policy of `size_stock` as a rule: it sees which suppliers are off."""

    stock: SizedStock
    name: str = "optimal"

    @property
    def target_days(self) -> float:
        """Its target."""
        return self.stock.target_days

    def levels(self, importer: Importer, step_days: float) -> Floats:
        """The levels on which it was solved. [t]"""
        return self.stock.stock_t

    def decide(self, importer: Importer, seen: Seen) -> tuple[Floats, Floats]:
        """Release and purchase of the month. [t]"""
        import numpy as np

        levels = self.stock.stock_t
        place = np.clip(seen.stock_t / levels[1], 0.0, len(levels) - 1)
        near = place.round()
        place = np.where(np.abs(place - near) <= 1e-9, near, place)
        low = np.minimum(place.astype(np.int64), len(levels) - 2)
        part = place - low
        out, buy = (
            (1 - part) * table[seen.regime, low] + part * table[seen.regime, low + 1]
            for table in (self.stock.release_t, self.stock.purchase_t)
        )
        return out, buy


def day_rule(days: float) -> ReleaseRule:
    """A rule of thumb.

    Examples
    --------
    >>> day_rule(60).name
    'days-60'
    """
    return ReleaseRule(float(days), name=f"days-{days:g}")


#: Rules of thumb: Japan's standard is 60 days and up to 180, Korea's target 100; 90 is the rule of the IEA
#: for oil, an analogy here.
DAY_RULES: Final = tuple(day_rule(days) for days in (60, 90, 100, 180))
NO_STOCK: Final = ReleaseRule(0.0, name="none")


def read_rule(file: Path) -> ReleaseRule:
    """A rule of one's own from a YAML file (docs/explanation/stockpile-rules.md).

    Raises
    ------
    InputError
        Every fault at once, each with line and column.
    MissingExtraError
        If the extra ``workspace`` is not installed.
    """
    try:
        from pactolus.stockpile.rules.schema import RuleForm
    except ModuleNotFoundError as error:
        raise MissingExtraError.of("workspace", f"{file.name}: reading a rule") from error
    from pactolus.workspace.records import Faults, parsed_mapping

    faults = Faults.none()
    found = parsed_mapping(file, file.name, RuleForm, faults)
    faults.raise_any()
    given = found.model_dump(exclude_none=True)
    return ReleaseRule(given.pop("days"), name=given.pop("rule"), **given)
