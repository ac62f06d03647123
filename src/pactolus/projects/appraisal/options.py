"""What it is worth to be able to wait, to stop, or to go on stage by stage.

    defer:   beta = 1/2 - (r-d)/s^2 + sqrt(((r-d)/s^2 - 1/2)^2 + 2r/s^2),  go on at V >= beta/(beta-1) I
    lattice: u = exp(s sqrt(dt)), d = 1/u, p = (exp((r-q) dt) - d) / (u - d)
    staged:  at each decision  max(0, chance x value of going on - cost of the stage),  backwards

Volatility is that of the value of the finished project, which no market quotes: it is an assumption of
whoever asks, and a result without its range is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, isfinite, log, sqrt
from typing import TYPE_CHECKING, Literal

from pactolus.errors import OptionError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Deferral", "Stage", "defer_option", "lattice_option", "staged_value"]


@dataclass(frozen=True, kw_only=True)
class Deferral:
    """The perpetual right to invest once.

    Attributes
    ----------
    beta : float
        Root of the fundamental quadratic, above 1.
    trigger : float
        Value over cost from which investing at once is best.
    """

    beta: float
    trigger: float

    def value(self, worth: float, cost: float) -> float:
        """What the right is worth.

        Parameters
        ----------
        worth, cost : float
            Present value of the finished project, and what it costs. [any money]

        Examples
        --------
        >>> defer_option(0.04, 0.04, 0.2).value(1.0, 1.0)
        0.25
        """
        if worth <= 0:
            return 0.0
        if worth >= self.trigger * cost:
            return worth - cost
        edge = (self.trigger - 1) * cost
        return float(edge * (worth / (self.trigger * cost)) ** self.beta)


def defer_option(rate: float, payout: float, volatility: float) -> Deferral:
    """When to stop waiting.

    Parameters
    ----------
    rate : float
        Without risk, above 0. [1/year]
    payout : float
        What waiting forgoes, as a part of the value, above 0: without it one would wait for ever. [1/year]
    volatility : float
        Of the value of the finished project, above 0. [1/sqrt(year)]

    Raises
    ------
    OptionError
        If one of them is not above 0.

    References
    ----------
    .. [1] A. K. Dixit, R. S. Pindyck, "Investment under Uncertainty", Princeton 1994, chapter 5.

    Examples
    --------
    >>> found = defer_option(0.04, 0.04, 0.2)
    >>> round(found.beta, 12), round(found.trigger, 12)
    (2.0, 2.0)
    """
    for name, value in (("rate", rate), ("payout", payout), ("volatility", volatility)):
        if not (isfinite(value) and value > 0):
            raise OptionError(f"defer_option: {name} {value!r}; give a number above 0")
    square = volatility**2
    drift = (rate - payout) / square
    beta = 0.5 - drift + sqrt((drift - 0.5) ** 2 + 2 * rate / square)
    return Deferral(beta=beta, trigger=beta / (beta - 1))


def lattice_option(
    worth: float,
    cost: float,
    *,
    rate: float,
    volatility: float,
    years: float,
    steps: int,
    right: Literal["call", "put"] = "call",
    early: bool = True,
    payout: float = 0.0,
) -> float:
    """A right to buy (go on) or to sell (stop) on a binomial lattice.

    Parameters
    ----------
    worth, cost : float
        Value of the project now, and what is paid or received. [any money]
    rate, volatility, payout : float
        [1/year], [1/sqrt(year)], [1/year]
    years : float
    steps : int
    right : {"call", "put"}
    early : bool
        Whether it may be used at every step (American), or at the end alone (European).

    Raises
    ------
    OptionError
        If the steps are so few that a probability leaves 0 to 1, or a number is out of its range.

    References
    ----------
    .. [1] J. C. Cox, S. A. Ross, M. Rubinstein, "Option pricing: a simplified approach", Journal of Financial
       Economics 7 (1979) 229-263.

    Examples
    --------
    >>> round(lattice_option(50, 50, rate=0.1, volatility=0.4, years=5 / 12, steps=5, right="put"), 4)
    4.4885
    """
    import numpy as np

    up, chance, fade = _lattice(rate, volatility, payout, years, steps)
    sign = 1.0 if right == "call" else -1.0
    value = np.maximum(sign * (_nodes(worth, up, steps) - cost), 0.0)
    for step in range(steps - 1, -1, -1):
        value = fade * (chance * value[:-1] + (1 - chance) * value[1:])
        if early:
            value = np.maximum(value, sign * (_nodes(worth, up, step) - cost))
    return float(value[0])


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One decision on the way to production.

    Attributes
    ----------
    name : str
    cost : float
        Paid when the stage begins. [any money]
    chance : float
        Of coming through it, 0 to 1; independent of the value.
    years : float
        How long it takes.
    """

    name: str
    cost: float
    chance: float
    years: float


def staged_value(
    worth: float,
    stages: Sequence[Stage],
    *,
    rate: float,
    volatility: float,
    payout: float = 0.0,
    steps_per_year: int = 4,
) -> float:
    """Value of a project that may be stopped before each stage.

    Parameters
    ----------
    worth : float
        Value today of the finished project, all stages passed. [any money]
    stages : sequence of Stage
        In order; the last is construction.
    rate, volatility, payout : float
    steps_per_year : int

    Returns
    -------
    float
        0 or more: whoever may stop loses no more than has been paid.

    Examples
    --------
    >>> build = Stage(name="construction", cost=100.0, chance=1.0, years=0.0)
    >>> staged_value(90.0, [build], rate=0.04, volatility=0.3)
    0.0
    >>> study = Stage(name="study", cost=1.0, chance=0.5, years=3.0)
    >>> staged_value(90.0, [study, build], rate=0.04, volatility=0.3) > 0
    True
    """
    import numpy as np

    if not stages:
        raise OptionError("staged_value: no stage; give construction at least")
    for one in stages:
        if not (one.cost >= 0 and 0 <= one.chance <= 1 and one.years >= 0):
            raise OptionError(f"staged_value: {one}; cost and years 0 or more, chance 0 to 1")
    if worth <= 0:
        return 0.0
    lengths = [max(round(one.years * steps_per_year), 1 if one.years > 0 else 0) for one in stages]
    up, chance, fade = _lattice(rate, volatility, payout, 1.0, steps_per_year)
    value = _nodes(worth, up, sum(lengths))
    for one, length in zip(reversed(stages), reversed(lengths), strict=True):
        for _ in range(length):
            value = fade * (chance * value[:-1] + (1 - chance) * value[1:])
        value = np.maximum(one.chance * value - one.cost, 0.0)
    return float(value[0])


def _nodes(worth: float, up: float, step: int) -> Floats:
    """Values after some steps, the highest first."""
    import numpy as np

    return worth * np.exp(log(up) * np.arange(step, -step - 1, -2, dtype=np.float64))


def _lattice(
    rate: float, volatility: float, payout: float, years: float, steps: int
) -> tuple[float, float, float]:
    """Size of a step up, its risk-neutral chance, and the discount of one step."""
    for name, value in (("volatility", volatility), ("years", years), ("steps", steps)):
        if not (isfinite(value) and value > 0):
            raise OptionError(f"lattice: {name} {value!r}; give a number above 0")
    length = years / steps
    up = exp(volatility * sqrt(length))
    chance = (exp((rate - payout) * length) - 1 / up) / (up - 1 / up)
    if not 0 <= chance <= 1:
        raise OptionError(f"lattice: chance of a step up {chance:.3f}; take more steps than {steps}")
    return up, chance, exp(-rate * length)
