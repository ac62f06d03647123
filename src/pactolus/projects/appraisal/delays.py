"""How long until a project delivers, and how likely it is that it ever does.

Published are totals: years from discovery to production (S&P Global), the split of one sample into studies,
waiting and construction, and the part of discoveries that became mines (MinEx). How exploration divides
from studies, how chances divide over stages, and how far a project has come within its stage is assumed.
`parts` shows which is which.

    before construction = total - construction,  split 12.5 : 1.8 into exploration with studies, and waiting
    left of the stage   = part left on the day of its status x its length; of construction less time gone
    chance of a stage   = overall chance ^ weight,   weights add up to 1
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from pactolus.projects.base.ranges import Range

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.projects.base.candidates import Candidate

    Floats = NDArray[np.float64]

__all__ = ["HOST_YEARS", "Lead", "Part", "chances", "lead_of", "parts", "total_years"]

_YEAR: Final = 365.25
_SAMPLE: Final = (
    "127 mines started 2002-2023, S&P Global, 6 June 2023; middle: mines started 2020-23, April 2024"
)
_HOST: Final = "268 mines, S&P Global for the National Mining Association, July 2024; low and high assumed"
_SPLIT: Final = (
    "35 large mines: 12.5 of 16.9 years, 1.8 of waiting; S&P Global 2020, quoted by MDO Resorting, 2024"
)
_CHANCE: Final = (
    "45 % of 4,676 discoveries since 1950 developed, 50-70 % by number with those still to come; MinEx "
    "(Schodde), 2017"
)
#: Mean years from discovery to production where a host has its own figure.
HOST_YEARS: Final[Mapping[str, float]] = {"ZMB": 34.0, "USA": 29.0, "CAN": 27.0, "AUS": 20.0, "LAO": 10.0}
_WORLD: Final = Range(6.0, 17.9, 32.0)
#: Low and high of a host's figure, as a part of it.
_HOST_SPREAD: Final = (0.6, 1.4)
_STUDY, _WAIT = 12.5, 1.8
_EXPLORATION: Final = Range(0.5, 0.6, 0.7)
_LEFT: Final = Range(0.0, 0.5, 1.0)
_OVERALL: Final = Range(0.45, 0.57, 0.70)
#: Weight of each step in the overall chance; they add up to 1.
_WEIGHTS: Final[Mapping[str, float]] = {"exploration": 0.5, "pfs": 0.25, "dfs": 0.2, "construction": 0.05}
_ORDER: Final = tuple(_WEIGHTS)


@dataclass(frozen=True, kw_only=True)
class Part:
    """One number of the model of delays.

    Attributes
    ----------
    name : str
    value : Range
        [years] or [1]
    unit : str
    source : str
        ``assumed`` where it has none.
    """

    name: str
    value: Range
    unit: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Lead:
    """When a project could begin and deliver, by draw.

    Attributes
    ----------
    begin : ndarray, shape (draws,)
        Years from the day asked for until construction begins; 0 if it has.
    build : ndarray, shape (draws,)
        Years of construction that are still to come.
    chance : ndarray, shape (draws,)
        That it comes to production at all; NaN for what is suspended or ended: no restart is assumed.
    stages : mapping of str to ndarray
        Years still to come in each stage.
    """

    begin: Floats
    build: Floats
    chance: Floats
    stages: Mapping[str, Floats]

    @property
    def first_output(self) -> Floats:
        """Years from the day asked for until the first output."""
        return self.begin + self.build


def total_years(host: str) -> Part:
    """Years from discovery to production in a host.

    Examples
    --------
    >>> total_years("ZMB").value.mid, total_years("MDG").value
    (34.0, Range(low=6.0, mid=17.9, high=32.0))
    """
    own = HOST_YEARS.get(host)
    if own is None:
        return Part(name="discovery to production", value=_WORLD, unit="years", source=_SAMPLE)
    low, high = _HOST_SPREAD
    return Part(
        name="discovery to production", value=Range(low * own, own, high * own), unit="years", source=_HOST
    )


def parts(host: str, build_years: Range, build_source: str) -> tuple[Part, ...]:
    """Every number of the model for a host, published ones first."""
    study = _STUDY / (_STUDY + _WAIT)
    return (
        total_years(host),
        Part(name="studies of all before construction", value=Range.of(study), unit="1", source=_SPLIT),
        Part(name="discovery becomes a mine", value=_OVERALL, unit="1", source=f"{_CHANCE}; middle assumed"),
        Part(name="construction", value=build_years, unit="years", source=build_source),
        Part(name="exploration of all studies", value=_EXPLORATION, unit="1", source="assumed"),
        Part(name="left of a stage on the day of its status", value=_LEFT, unit="1", source="assumed"),
        *(
            Part(name=f"weight of {name} in the chance", value=Range.of(weight), unit="1", source="assumed")
            for name, weight in _WEIGHTS.items()
        ),
    )


def lead_of(
    candidate: Candidate, on: date, build: Floats, quantile: Mapping[str, Floats] | None = None
) -> Lead:
    """Years until a candidate delivers.

    Parameters
    ----------
    candidate : Candidate
        Its status, the day of it, and its host.
    on : date
        From when years count.
    build : ndarray, shape (draws,)
        Years of a whole construction.
    quantile : mapping of str to ndarray, shape (draws,), optional
        ``total, exploration, left, overall``; the middle where it is missing.
    """
    import numpy as np

    def drawn(name: str, value: Range) -> Floats:
        known = (quantile or {}).get(name)
        return np.full(len(build), value.mid) if known is None else value.at(known)

    total = drawn("total", total_years(candidate.host).value)
    early = np.maximum(total - build, 0.0)
    study, wait = early * _STUDY / (_STUDY + _WAIT), early * _WAIT / (_STUDY + _WAIT)
    exploring = study * drawn("exploration", _EXPLORATION)
    each = (study - exploring) / 2
    whole = {"exploration": exploring, "pfs": each, "dfs": each + wait, "construction": build}
    left: dict[str, Floats] = {}
    done = candidate.status not in _ORDER
    at = len(_ORDER) if done else _ORDER.index(candidate.status)
    since = max((on - candidate.status_on).days, 0) / _YEAR
    for place, name in enumerate(_ORDER):
        if place < at:
            left[name] = np.zeros(len(build))
        elif place > at:
            left[name] = whole[name]
        else:
            gone = since if name == "construction" else 0.0  # waiting has no memory; building goes on
            left[name] = np.maximum(whole[name] * drawn("left", _LEFT) - gone, 0.0)
    begin = left["exploration"] + left["pfs"] + left["dfs"]
    weight = sum(_WEIGHTS[name] for name in _ORDER[at:])
    chance = drawn("overall", _OVERALL) ** weight
    if done and candidate.status != "production":
        chance = np.full(len(build), np.nan)
    return Lead(begin=begin, build=left["construction"], chance=chance, stages=left)


def chances(overall: float = _OVERALL.mid) -> dict[str, float]:
    """Chance of coming through each stage.

    Examples
    --------
    >>> from math import prod
    >>> round(prod(chances(0.45).values()), 12)
    0.45
    """
    return {name: overall**weight for name, weight in _WEIGHTS.items()}
