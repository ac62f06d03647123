"""What one bit about a holding is worth to whoever prepares for an event without knowing the stock.

Whoever follows a rule knows the stock, and nothing is left to decide. Whoever prepares for an event without
knowing it has one thing to decide: how many tonnes a to add before the event begins. With H the holding,
T what the rule keeps at most, p the price and n = 12 months of even buying,

    K(a, H) = p a + c a^2 / (2 n) + keeping of it on the way + F(min(H + a, T)) - p max(H + a - T, 0)

    F(s): shortage, purchases and keeping of the event, played by the rule from s, less p for what is left

and the worth of the bit, in which half of its range H lies, is as in `disclosure`. It is asked
given that the event comes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from pactolus.stockpile.members.bits import market_of
from pactolus.stockpile.members.disclosure import CHOICES, POINTS, worth_of
from pactolus.stockpile.stocks.continuous import MONTHS, Importer, holding_usd
from pactolus.stockpile.stocks.simulate import Months, Rule, play_rule

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.stockpile.base.regimes import Regimes

    Floats = NDArray[np.float64]

__all__ = ["bit_of_event"]

#: stocks at the beginning from which an event is played
STARTS: Final = 121


def bit_of_event(
    importer: Importer,
    regimes: Regimes,
    rule: Rule,
    loss: Floats,
    held_days: tuple[float, float],
    *,
    importers: Sequence[Importer] = (),
) -> tuple[float, float, float]:
    """Worth of knowing in which half of its range a holding lies, before an event.

    Parameters
    ----------
    importer : Importer
    regimes : Regimes
        As in `play_rule`.
    rule : Rule
        It keeps a stock.
    loss : ndarray, shape (3, months)
        Share of use that is missing at the low end, in the middle and at the high end.
    held_days : tuple of float
        Low and high of what is declared. [days of use]
    importers : sequence of Importer, optional
        The same member under other assumptions of what a shortage costs: the range spans them too.

    Returns
    -------
    tuple of float
        Low, middle and high. [USD]

    Raises
    ------
    InputError
        As in `play_rule`.

    Examples
    --------
    >>> import numpy as np
    >>> from pactolus.stockpile.rules.day_rules import day_rule
    >>> from pactolus.stockpile.base.regimes import Supplier, supplier_regimes
    >>> one = Supplier(name="AAA", share={"KOR": 0.9}, onset_per_year=0.12)
    >>> kor = Importer(member="KOR", use_t=50_000, denominator="imports 2024", price_usd_per_t=1_500)
    >>> event = np.full((3, 6), 0.5)
    >>> at = lambda *held: bit_of_event(kor, supplier_regimes([one], ["KOR"]), day_rule(90), event, held)[1]
    >>> at(40, 40) == 0 < at(0, 80)
    True
    """
    import numpy as np

    target = rule.target_days * importer.day_t
    start = np.linspace(0.0, target, STARTS)
    played = play_rule(
        importer,
        regimes,
        rule,
        np.repeat(loss, STARTS, axis=0),
        start_days=np.tile(start / importer.day_t, len(loss)),
    )
    low, high = (days * importer.day_t for days in held_days)
    buy = np.linspace(0.0, max(target - low, 0.0), CHOICES)
    held = low + (high - low) * (np.arange(POINTS) + 0.5) / POINTS
    worth = []
    for one in (importer, *importers):
        after = _event_usd(one, importer, played).reshape(len(loss), STARTS)
        worth.append([_worth(importer, start, row, buy, held) for row in after])
    ends = np.array(worth)
    return float(ends.min()), float(ends[0, 1]), float(ends.max())


def _event_usd(one: Importer, importer: Importer, played: Months) -> Floats:
    """F: cost of the event with what a shortage costs `one`, by path. [USD]"""
    import numpy as np

    lack = one.shortage()
    ends, cost = np.cumsum(lack.width), np.cumsum(lack.width * lack.price)
    short = np.interp(played.short_t, np.append(0.0, ends), np.append(0.0, cost))
    months = short + played.purchase_usd + played.holding_usd
    found: Floats = months.sum(axis=1) - importer.price_usd_per_t * played.after_t[:, -1]
    return found


def _worth(importer: Importer, start: Floats, after: Floats, buy: Floats, held: Floats) -> float:
    """The worth of the bit at one end of the loss. [USD]"""
    import numpy as np

    price, target = importer.price_usd_per_t, float(start[-1])
    keeping = holding_usd([importer], financed=True) / MONTHS
    spent = (price + keeping * (MONTHS + 1) / 2) * buy
    spent = spent + market_of([importer]).steep * buy**2 / (2 * MONTHS)
    end = held[None, :] + buy[:, None]
    cost = spent[:, None] + np.interp(end, start, after) - price * np.maximum(end - target, 0.0)
    return worth_of(cost, buy).worth_usd
