"""Losses of one mineral at one stage: draws of a scenario's shocks put through the rule of decision 8.

    lost_j = keep(burden) x sum_i (customers_j + everybody_j) / 2        at most what j imports

Where the file says what the others can add (`spare`, a part of what they ship), it takes the place of what
was re-routed in the past, and is shared out in proportion to the losses:

    lost_j = (1 - min(spare x others, lost) / lost) x sum_i (customers_j + everybody_j) / 2

A draw takes a cut of every shock (`cuts`) and a gap of a past event (`intervals`), so that an interval holds
both "how large" and "how wrong".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pactolus.disruption.effects.cuts import DRAWS, Hit, Trade, hit_of, spread_draws
from pactolus.disruption.engines.elasticities import price_range
from pactolus.disruption.engines.rules import LARGE, MIX, burden_of, kept
from pactolus.disruption.history.intervals import CLASSES, FLOOR, NOISE
from pactolus.terms.countries import entity

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.disruption.history.events import Event
    from pactolus.disruption.scenarios.reach import Place
    from pactolus.disruption.scenarios.scenario import Shock

    Floats = NDArray[np.float64]

__all__ = ["Drawn", "Past", "draw", "rows_of"]

_TAILS: Final = (0.1, 0.9)
#: Past cases of a class from which an interval is given.
FEWEST: Final = 10


@dataclass(frozen=True, kw_only=True)
class Past:
    """Past events, and their gaps by class of exposure."""

    events: Sequence[Event]
    pool: Sequence[Floats]


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """Everything that was drawn for one mineral at one stage.

    Attributes
    ----------
    trade : Trade
    hits : tuple of Hit
    lost, customers, everybody : ndarray, shape (draws, importers)
        By the rule, and by the two baselines. [t]
    size : ndarray, shape (draws,)
        Loss as a part of world trade. [share]
    residual : ndarray, shape (draws,)
        Ranks between 0 and 1 at which gaps of past events are taken: the same for all importers and months.
    codes : tuple of str
        HS92 codes of the trade; none where it was declared.
    others : float
        What all suppliers that are not hit ship. [t]
    spare : float or None
        What they can add as a part of world trade, middle of the draws, where the file says it. [share]
    """

    trade: Trade
    hits: tuple[Hit, ...]
    lost: Floats
    customers: Floats
    everybody: Floats
    size: Floats
    residual: Floats
    codes: tuple[str, ...] = ()
    others: float = 0.0
    spare: float | None = None

    def which(self, name: str) -> list[int]:
        """Rows of the importers of an entity such as ``KOR+JPN``."""
        return [
            self.trade.importers.index(one) for one in entity(name).members if one in self.trade.importers
        ]

    def exposure(self, which: Sequence[int]) -> float:
        """Median part of imports that the direct customers lose. [share]"""
        import numpy as np

        base = float(self.trade.total[list(which)].sum())
        return float(np.median(self.customers[:, list(which)].sum(axis=1))) / base

    def around(self, middle: Floats, base: float, exposure: float, past: Past) -> Floats | None:
        """Draws of a loss with the errors of the rule on past events of its class of exposure. [t]

        None where the world holds too few past cases.
        """
        import numpy as np

        kind = int(np.searchsorted(CLASSES, exposure, side="right"))
        if len(past.pool[kind]) < FEWEST:
            return None
        gap = np.quantile(past.pool[kind], self.residual)
        found: Floats = base - ((base - middle + FLOOR * base) * np.exp(gap) - FLOOR * base)
        return found


def draw(
    place: Place,
    trade: Trade,
    shocks: Sequence[Shock],
    past: Past,
    seed: int,
    codes: Sequence[str] = (),
    spare: tuple[float, ...] | None = None,
) -> Drawn:
    """Draw all shocks on one trade; the same seed and place give the same draws.

    `spare` is what the others can add, as a part of what they ship; as in past cases where it is None.
    """
    import numpy as np

    random = np.random.default_rng([seed, *place[0].encode(), *place[1].encode()])
    hits = tuple(hit_of(shock, trade, past.events, random) for shock in shocks)
    total = trade.total
    customers = _summed([hit.customers() for hit in hits])
    everybody = _summed([hit.everybody(total) for hit in hits])
    gone = customers.sum(axis=1)
    sources = {name for hit in hits for name in hit.shock.exporters}
    apart = np.array([name not in sources for name in trade.exporters])
    others = float(trade.tonnes[:, apart].sum())
    if not sources:  # a way, or a surge: what is not affected
        others = float(total.sum()) - float(sum(hit.high.sum() for hit in hits))
    residual = random.random(DRAWS)
    extra = None if spare is None else spread_draws(spare, random) * others
    lost = MIX * customers
    lost += (1 - MIX) * everybody
    lost *= _part_left(gone, others, extra)[:, None]
    np.minimum(lost, total, out=lost)
    return Drawn(
        trade=trade,
        hits=hits,
        lost=lost,
        customers=customers,
        everybody=everybody,
        size=gone / float(total.sum()),
        residual=residual,
        codes=tuple(codes),
        others=others,
        spare=None if extra is None else float(np.median(extra)) / float(total.sum()),
    )


def _summed(parts: Sequence[Floats]) -> Floats:
    """The sum of one array a shock."""
    found = parts[0]
    for one in parts[1:]:
        found = found + one
    return found


def _part_left(gone: Floats, others: float, extra: Floats | None) -> Floats:
    """Part of a loss that others do not make up for, shape (draws,): as in the past, or by `extra` tonnes."""
    import numpy as np

    if extra is not None:
        found: Floats = 1 - np.minimum(extra, gone) / np.where(gone > 0, gone, 1.0)
        return found
    different, back = np.unique(gone, return_inverse=True)  # one, where size and length are given
    return np.array([kept(burden_of(tonnes, others)) for tonnes in different.tolist()])[back]


def rows_of(
    place: Place, drawn: Drawn, entities: Sequence[str], past: Past, grade: str | None
) -> list[dict[str, Any]]:
    """One row an importer, the members together last; ranks where the shock is large."""
    import numpy as np

    rows = [_row(name, drawn, past) for name in entities]
    middle = float(np.median(drawn.size))
    cut = max((float(np.median(hit.cuts)) for hit in drawn.hits), default=0.0)
    low, mid, high = price_range(place[0], middle, drawn.spare)
    for row in rows:
        row |= {"mineral": place[0], "stage": place[1], "cut": cut, "size": middle, "grade": grade}
        row |= {"price_low": low, "price_mid": mid, "price_high": high}
    if middle >= LARGE:
        single = [r for r in rows[: alone(entities)] if r["status"] == "ok"]
        for rank, row in enumerate(sorted(single, key=lambda r: -r["lost_share"]), start=1):
            row["rank"] = rank
    return rows


def alone(entities: Sequence[str]) -> int:
    """How many of them are looked at alone: all, or all before the last, which holds the others together."""
    together = len(entities) > 2 and entities[-1] == "+".join(entities[:-1])
    return len(entities) - together


def _row(name: str, drawn: Drawn, past: Past) -> dict[str, Any]:
    import numpy as np

    which = drawn.which(name)
    base = float(drawn.trade.total[which].sum()) if which else 0.0
    if base <= 0:
        return {"importer": name, "status": "no_trade_data"}
    exposure = drawn.exposure(which)
    middle = drawn.lost[:, which].sum(axis=1)
    around = drawn.around(middle, base, exposure, past)
    lost = float(np.median(middle))
    low, high = (None, None) if around is None else map(float, np.quantile(around, _TAILS))
    return {
        "importer": name,
        "base_t": base,
        "bought_t": float(sum(hit.bought[which].sum() for hit in drawn.hits)),
        "lost_t": lost,
        "lost_low_t": None if low is None else min(low, lost),
        "lost_high_t": None if high is None else max(high, lost),
        "lost_share": lost / base,
        "uniform_t": float(np.median(drawn.everybody[:, which].sum(axis=1))),
        "proportional_t": float(np.median(drawn.customers[:, which].sum(axis=1))),
        "status": "ok" if exposure >= NOISE else "not_distinguishable",
    }
