"""Random years of supply: which suppliers fail, for whom, how much and when, in chunks of scenarios.

For supplier k in region r of scenario s, with yearly rate h and p = 1 - exp(-h):

    z_k   = sqrt(rho) G_r + sqrt(1 - rho) E_k      standard normal; an event begins where z_k < Phi^-1(p)
    mode  : with probability phi the year's risk of k is aimed: every member has its own E_km in place of E_k

so that each member's own risk, over all its suppliers, does not depend on phi; only what members share does.
One draw of a supplier serves all its minerals, all cases of rates and all kinds of shocks: rates that are
higher add events and take none away.

A chunk is made from its number and the seed alone (`numpy.random.SeedSequence`), so that nothing depends on
who makes it. Part of its scenarios are drawn on the condition that one of the leading suppliers fails, the
others that none does (`Strata`); weights take that back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = [
    "CHUNK",
    "LEVELS",
    "MOMENTS",
    "Chunk",
    "Events",
    "Law",
    "Setting",
    "Strata",
    "chunk_sizes",
    "draw_chunk",
    "events_at",
    "points_of",
    "stratified",
]

#: Scenarios in a chunk.
CHUNK: Final = 4096
#: A chunk shorter than this is joined to the one before it.
_LEAST_CHUNK: Final = 256
#: Equally likely sizes and lengths that are told apart.
LEVELS: Final = 1 << 14
#: Parts of a year that are told apart.
MOMENTS: Final = 1 << 12
#: Bits of a raw draw: 24 for the latent variable, then size, length and moment.
_LATENT: Final = 24
#: Draws behind each level of a law that has no `points`.
_BEHIND: Final = 16


class Law(Protocol):
    """A distribution of sizes or lengths; one with ``points(count)`` is taken by its quantiles instead."""

    def draw(self, random: np.random.Generator, count: int, /) -> Floats:
        """Independent draws."""


def points_of(law: Law, seed: int = 0) -> Floats:
    """`LEVELS` equally likely values of a law, from small to large."""
    import numpy as np

    points = getattr(law, "points", None)
    if points is not None:
        found: Floats = np.asarray(points(LEVELS), dtype=float)
        return found
    drawn = np.sort(law.draw(np.random.default_rng(seed), LEVELS * _BEHIND))
    means: Floats = drawn.reshape(LEVELS, _BEHIND).mean(axis=1)
    return means


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What all chunks share.

    Attributes
    ----------
    seed : int
    members : tuple of str
        Importers that events may be aimed at; slot 0 of an event is common, slot m + 1 aimed at member m.
    region : ndarray of int, shape (countries,)
        Number of the region of each country.
    rho, phi : float
    """

    seed: int
    members: tuple[str, ...]
    region: Ints
    rho: float
    phi: float


@dataclass(frozen=True, kw_only=True)
class Chunk:
    """Raw draws of one chunk.

    Attributes
    ----------
    regional : ndarray of float, shape (scenario, region)
        ``sqrt(rho) G``.
    raw : ndarray of uint64, shape (slot, scenario, country)
        24 bits of the latent variable, 14 of the size, 14 of the length and 12 of the moment.
    common : ndarray of bool, shape (scenario, country)
        Where the risk is common.
    turn : ndarray of float, shape (scenario,)
        Which leading supplier fails first, 0 to 1.
    """

    regional: Floats
    raw: NDArray[np.uint64]
    common: NDArray[np.bool_]
    turn: Floats

    @property
    def scenarios(self) -> int:
        """How many there are."""
        return len(self.turn)


@dataclass(frozen=True, kw_only=True)
class Events:
    """Events of a chunk, one an element.

    Attributes
    ----------
    scenario, country, slot : ndarray of int
    z : ndarray of float
        The event happens where this is below the threshold of its rate.
    size, length : ndarray of int
        Levels, 0 to `LEVELS` - 1.
    moment : ndarray of int
        Of the year, 0 to `MOMENTS` - 1.
    """

    scenario: Ints
    country: Ints
    slot: Ints
    z: Floats
    size: Ints
    length: Ints
    moment: Ints

    def where(self, chosen: NDArray[np.bool_]) -> Events:
        """Some of them."""
        which = chosen.nonzero()[0]
        return Events(**{name: getattr(self, name)[which] for name in self.__dataclass_fields__})

    def and_(self, others: Events) -> Events:
        """These and others."""
        import numpy as np

        return Events(
            **{
                name: np.concatenate([getattr(self, name), getattr(others, name)])
                for name in self.__dataclass_fields__
            }
        )


@dataclass(frozen=True, kw_only=True)
class Strata:
    """Scenarios in two strata: in the first `first` of a chunk a leading supplier fails, in the others none.

    Attributes
    ----------
    first : int
    weights : ndarray, shape (scenario,)
        With mean 1 over all chunks.
    """

    first: int
    weights: Floats


def chunk_sizes(scenarios: int) -> list[int]:
    """Scenarios of each chunk.

    Examples
    --------
    >>> chunk_sizes(10_000), chunk_sizes(4_100)
    ([4096, 4096, 1808], [4100])
    """
    whole, rest = divmod(scenarios, CHUNK)
    sizes = [CHUNK] * whole
    if whole and rest < _LEAST_CHUNK:
        sizes[-1] += rest
    elif rest:
        sizes.append(rest)
    return sizes


def draw_chunk(setting: Setting, number: int, scenarios: int, year: int = 0) -> Chunk:
    """The raw draws of a chunk.

    Parameters
    ----------
    setting : Setting
    number : int
        Of the chunk.
    scenarios : int
        Its length.
    year : int
        Of several years drawn for the same scenarios.
    """
    import numpy as np

    def stream(name: str) -> np.random.Generator:
        key = (number, year, *name.encode())
        return np.random.Generator(np.random.SFC64(np.random.SeedSequence(setting.seed, spawn_key=key)))

    countries, slots = len(setting.region), ("", *setting.members)
    raw = np.empty((len(slots), scenarios, countries), dtype=np.uint64)
    for slot, name in enumerate(slots):
        raw[slot] = stream(f"own {name}").bit_generator.random_raw((scenarios, countries))
    factors = stream("region").standard_normal((scenarios, int(setting.region.max()) + 1))
    modes = stream("mode").integers(0, 1 << 16, size=(scenarios, countries), dtype=np.uint16)
    return Chunk(
        regional=np.sqrt(setting.rho) * factors,
        raw=raw,
        common=modes >= round(setting.phi * (1 << 16)),
        turn=stream("turn").random(scenarios),
    )


def events_at(setting: Setting, chunk: Chunk, thresholds: Floats) -> Events:
    """Events of all countries whose latent variable lies below the threshold.

    Parameters
    ----------
    setting : Setting
    chunk : Chunk
    thresholds : ndarray, shape (countries,)
        ``Phi^-1(p)``; minus infinity where nothing can happen.

    Notes
    -----
    Candidates are found by the highest threshold of each region, as whole numbers; only they are worked out.
    """
    import numpy as np
    from scipy.special import ndtr

    highest = np.full(chunk.regional.shape[1], -np.inf)
    np.maximum.at(highest, setting.region, thresholds)
    chance = ndtr((highest - chunk.regional) / np.sqrt(1 - setting.rho))
    steps = np.minimum(np.ceil(chance * 2.0**_LATENT) + 1, 2.0**_LATENT - 1).astype(np.uint64)
    below = (steps << np.uint64(64 - _LATENT))[:, setting.region]
    found = []
    for slot, raw in enumerate(chunk.raw):
        live = chunk.common if slot == 0 else ~chunk.common
        scenario, country = np.nonzero((raw < below) & live)
        u = _uniform(raw[scenario, country])
        z = _latent(setting, chunk.regional[scenario, setting.region[country]], u)
        hit = z < thresholds[country]
        found.append(_events(chunk, scenario[hit], country[hit], np.full(int(hit.sum()), slot), z[hit]))
    return _all(found)


def _uniform(raw: NDArray[np.uint64]) -> Floats:
    """The uniform behind the latent variable, in the middle of its step."""
    import numpy as np

    found: Floats = ((raw >> np.uint64(64 - _LATENT)).astype(float) + 0.5) / 2.0**_LATENT
    return found


def _latent(setting: Setting, regional: Floats, u: Floats) -> Floats:
    import numpy as np
    from scipy.special import ndtri

    found: Floats = regional + np.sqrt(1 - setting.rho) * ndtri(u)
    return found


def stratified(
    setting: Setting, chunk: Chunk, thresholds: Floats, leading: Sequence[int]
) -> tuple[Strata, Events]:
    """Split a chunk by whether a leading supplier fails, and draw these suppliers anew on that condition.

    With p the chance of each trial (supplier and slot) given the regional factors and modes,

        P = 1 - prod (1 - p)                     chance that any fails
        first stratum : the first that fails is j with chance p_j prod_(i<j) (1 - p_i) / P
        second        : none does

    done on the uniform u behind each latent variable: ``p u`` where it must fail, ``p + (1 - p) u`` where it
    must not, u where it is free. A weight is P or 1 - P over the part of the chunk that its stratum takes.

    Parameters
    ----------
    setting, chunk
    thresholds : ndarray, shape (countries,)
        Of the highest rate of each country.
    leading : sequence of int
        Countries; none for plain sampling.

    Returns
    -------
    Strata, Events
        Of the leading countries only: `events_at` gives the others.
    """
    import numpy as np
    from scipy.special import ndtr

    n, columns = chunk.scenarios, np.asarray(leading, dtype=np.int64)
    if not len(columns):
        return Strata(first=0, weights=np.ones(n)), _all([])
    regional = chunk.regional[:, setting.region[columns]]
    common = chunk.common[:, columns]
    live = np.stack([common, *[~common] * len(setting.members)])
    given = ndtr((thresholds[columns] - regional) / np.sqrt(1 - setting.rho))
    chance = np.where(live, given, 0.0)  # (slot, scenario, leading)
    trials = chance.transpose(1, 2, 0).reshape(n, -1)
    failed = 1 - np.cumprod(1 - trials, axis=1)
    any_fails = failed[:, -1]
    first = _first_stratum(n, thresholds[columns])
    must = np.where(np.arange(n) < first, (failed > (chunk.turn * any_fails)[:, None]).argmax(axis=1), n)
    must[first:] = trials.shape[1]
    order = np.arange(trials.shape[1])
    u = _uniform(chunk.raw[:, :, columns]).transpose(1, 2, 0).reshape(n, -1)
    at = must[:, None]
    u = np.where(order < at, trials + (1 - trials) * u, np.where(order == at, trials * u, u))
    z = _latent(setting, regional[:, :, None], u.reshape(n, len(columns), -1))
    hit = (z < thresholds[columns][None, :, None]) & live.transpose(1, 2, 0)
    scenario, which, slot = np.nonzero(hit)
    weights = np.where(
        np.arange(n) < first, any_fails * (n / max(first, 1)), (1 - any_fails) * (n / max(n - first, 1))
    )
    events = _events(chunk, scenario, columns[which], slot, z[scenario, which, slot])
    return Strata(first=first, weights=weights), events


def _first_stratum(n: int, thresholds: Floats) -> int:
    """Scenarios in which a leading supplier fails: three in four, more where it hardly ever stays quiet."""
    import numpy as np
    from scipy.special import ndtr

    often = 1 - float(np.prod(1 - ndtr(thresholds)))
    return min(max(round((0.75 + 0.25 * often) * n), 1), n - 1)


def _events(chunk: Chunk, scenario: Ints, country: Ints, slot: Ints, z: Floats) -> Events:
    import numpy as np

    raw = chunk.raw[slot, scenario, country]

    def part(shift: int, count: int) -> Ints:
        return ((raw >> np.uint64(shift)) & np.uint64(count - 1)).astype(np.int64)

    return Events(
        scenario=scenario,
        country=country,
        slot=slot,
        z=z,
        size=part(26, LEVELS),
        length=part(12, LEVELS),
        moment=part(0, MOMENTS),
    )


def _all(parts: Sequence[Events]) -> Events:
    import numpy as np

    if not parts:
        none = np.zeros(0, dtype=np.int64)
        z = none.astype(float)
        return Events(scenario=none, country=none, slot=none, z=z, size=none, length=none, moment=none)
    found = parts[0]
    for more in parts[1:]:
        found = found.and_(more)
    return found
