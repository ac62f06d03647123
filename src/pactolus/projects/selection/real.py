"""From candidates, terms and a world to an instance: needs, losses, host availability, worth, calls of money.

What cannot be priced, does not begin within the years, or already produces is left out with its reason. Needs
and suppliers are those of `pactolus.stockpile.members.needs`, rates those of
`pactolus.disruption.random_years.hazards`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final

from pactolus.disruption.random_years.hazards import hazard_rates
from pactolus.disruption.scenarios.reach import base_year, codes_of
from pactolus.errors import NoAnswerError, OptionError
from pactolus.projects.appraisal.drawing import npv_by_start, output_t, plant_of
from pactolus.projects.pipeline.start import start_of
from pactolus.projects.selection.instance import Instance
from pactolus.projects.selection.powers import Power, public_part, public_parts
from pactolus.projects.selection.spells import time_off
from pactolus.stockpile.base.pricing import shortage_steps
from pactolus.stockpile.members.needs import SETTINGS, Need, Setting, need_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.catalogue.world import World
    from pactolus.policy.register import Register
    from pactolus.projects.appraisal.prices import Price
    from pactolus.projects.appraisal.terms import Terms
    from pactolus.projects.base.candidates import Candidate

    Floats = NDArray[np.float64]

__all__ = ["Means", "instance_of", "with_money"]

_BUILDING: Final = ("exploration", "pfs", "dfs", "construction")
_WINDOW: Final = 4
_HORIZON: Final = 60
_MEAN_MONTHS: Final = 6.0
_SEVERITY: Final = 0.7


@dataclass(frozen=True, kw_only=True)
class Means:
    """Money and shares that somebody states; none of it is known from a source.

    Attributes
    ----------
    public_musd : mapping of member to float
        Most money of the agencies in each window. [million USD]
    private_musd : mapping of member to float
        The same of firms; a member that is not named has no limit.
    part_on_offer : float
        Part of each project that the members may take. [0-1]
    discount : float
        Of shortages, real. [1/year]
    years, step : int
        How far ahead; years between possible starts.
    """

    public_musd: Mapping[str, float]
    private_musd: Mapping[str, float]
    part_on_offer: float = 0.49
    discount: float = 0.03
    years: int = 20
    step: int = 2


@dataclass(frozen=True)
class _Appraised:
    """One project in numbers."""

    candidate: Candidate
    npv: Floats
    cash: Floats
    output: Floats


def instance_of(
    world: World,
    candidates: Sequence[Candidate],
    members: Sequence[str],
    means: Means,
    *,
    terms_of: Callable[[Candidate], Terms],
    price_of: Callable[[Candidate], Price],
    measures: Register,
    on: date,
    scenarios: int = 200,
    seed: int = 0,
    setting: Setting = SETTINGS["mid"],
    powers: Sequence[Power] | None = None,
) -> Instance:
    """Bring everything together.

    Parameters
    ----------
    world : World
    candidates : sequence of Candidate
    members : sequence of str
    means : Means
    terms_of, price_of : callable
        Local terms and price of a candidate; a price may raise `NoAnswerError`.
    measures, on
        Register, and the day from which years count.
    scenarios, seed : int
    setting : Setting
        Assumptions about needs and failures.
    powers : sequence of Power, optional
        The shipped ones if omitted.

    Returns
    -------
    Instance

    Raises
    ------
    NoAnswerError
        If no candidate is left, or a member has no record of its agencies' powers.
    OptionError
        If a member has no budget.
    """
    import numpy as np

    if missing := [name for name in members if name not in means.public_musd]:
        raise OptionError(f"budget: none for {', '.join(missing)}; give its agencies' money for each window")
    years = tuple(range(on.year, on.year + means.years))
    windows = tuple((a, min(a + _WINDOW, years[-1] + 1) - 1) for a in range(years[0], years[-1] + 1, _WINDOW))
    offsets = tuple(range(0, max(1, means.years - 4), means.step))
    found, notes = _appraised(candidates, means, terms_of, price_of, on, offsets, len(windows))
    if not found:
        raise NoAnswerError("projects: no candidate is left; " + "; ".join(notes))
    places = list(dict.fromkeys((one.candidate.mineral, one.candidate.stage) for one in found))
    needs = [_need(world, place, members, measures, on, setting, notes) for place in places]
    hosts = list(dict.fromkeys(one.candidate.host for one in found))
    lost = _Losses(len(members), means.years, scenarios, seed)
    classes, class_of, share = _classes(found, members, on, powers)
    use, gap, price = _demand(needs, members, setting, lost)
    capital = {name: means.private_musd.get(name, np.inf) for name in members}
    return Instance(
        members=tuple(members),
        products=tuple(f"{mineral} ({stage})" for mineral, stage in places),
        hosts=tuple(hosts),
        projects=tuple(one.candidate.id for one in found),
        classes=classes,
        years=years,
        starts=tuple(years[0] + k for k in offsets),
        windows=windows,
        product_of=np.array([places.index((one.candidate.mineral, one.candidate.stage)) for one in found]),
        host_of=np.array([hosts.index(one.candidate.host) for one in found]),
        class_of=class_of,
        npv_musd=np.array([one.npv for one in found]),
        cash_musd=np.array([one.cash for one in found]),
        output_t=np.array([one.output for one in found]),
        esg=np.array([np.nan if one.candidate.esg is None else one.candidate.esg for one in found]),
        need_t=np.repeat(use[:, :, None], means.years, axis=2),
        gap=gap,
        availability=_availability(world, found, hosts, members, measures, on, setting, lost, notes),
        probability=np.full(scenarios, 1 / scenarios),
        discount=(1 + means.discount) ** -np.arange(means.years, dtype=float),
        segment_width=np.diff(shortage_steps(setting.elasticity, setting.cap, 2)[0]),
        segment_price=price,
        public_musd=np.array([[means.public_musd[name]] * len(windows) for name in members]),
        private_musd=np.array([[capital[name]] * len(windows) for name in members]),
        public_share=share,
        public_kinds=_kinds(found, members, on, powers),
        synthetic=any(one.candidate.synthetic for one in found),
        notes=(*dict.fromkeys(notes), *_assumed(means, capital)),
    )


def with_money(made: Instance, public: Mapping[str, float], private: Mapping[str, float]) -> Instance:
    """The same instance with other budgets, alike in every window; all else needs no new computation.

    Parameters
    ----------
    made : Instance
        From `instance_of` with a limit on the money of firms of every member.
    public, private : mapping of member to float
        As in `Means`. [million USD]
    """
    import numpy as np

    windows = len(made.windows)
    capital = {name: private.get(name, float("inf")) for name in made.members}
    return replace(
        made,
        public_musd=np.array([[public[name]] * windows for name in made.members], dtype=float),
        private_musd=np.array([[capital[name]] * windows for name in made.members], dtype=float),
        notes=(*made.notes, *_unlimited(capital)),
    )


def _unlimited(capital: Mapping[str, float]) -> tuple[str, ...]:
    names = [name for name, money in capital.items() if money == float("inf")]
    return (f"no limit on the money of firms of {', '.join(names)} was given",) if names else ()


def _assumed(means: Means, capital: Mapping[str, float]) -> tuple[str, ...]:
    told = (
        f"{means.part_on_offer:.0%} of every project is taken to be on offer (assumed)",
        f"needs stay as in the year of trade; shortages discounted at {means.discount:.1%} (assumed)",
        "tonnes are gross weight of the product; a project's product is taken to fit the need of its code",
        "money of a class and window is shared alike over its projects; equity is private but for powers",
    )
    return (*told, *_unlimited(capital))


def _appraised(
    candidates: Sequence[Candidate],
    means: Means,
    terms_of: Callable[[Candidate], Terms],
    price_of: Callable[[Candidate], Price],
    on: date,
    offsets: Sequence[int],
    windows: int,
) -> tuple[list[_Appraised], list[str]]:
    """Candidates in numbers, and why others are left out."""
    found, notes = [], []
    for one in candidates:
        if one.status not in _BUILDING:
            notes.append(f"{one.id}: left out, {one.status}: nothing to build")
            continue
        try:
            price = price_of(one)
        except NoAnswerError as error:
            notes.append(f"{one.id}: left out, {error}")
            continue
        made = _numbers(one, terms_of(one), price, means, on, offsets, windows)
        if made is None:
            notes.append(f"{one.id}: left out, it begins after {on.year + means.years - 1} at the earliest")
        else:
            found.append(made)
    return found, notes


def _numbers(
    one: Candidate, terms: Terms, price: Price, means: Means, on: date, offsets: Sequence[int], windows: int
) -> _Appraised | None:
    import numpy as np

    build = terms.build_years.mid
    first, _ = start_of(one)
    earliest = 0.0 if first is None else max(0.0, first.mid - build - on.year)
    possible = np.array([k >= earliest - means.step / 2 for k in offsets])
    if not possible.any():
        return None
    paths = np.vstack([price.scenario(name, _HORIZON) for name in ("low", "mid", "high")])
    worth = npv_by_start(
        one,
        terms,
        [float(k) for k in offsets],
        price_scenarios=paths,
        money_year=price.year,
        reference_usd_per_t=price.reference_usd_per_t,
    )
    plant = plant_of(one, terms, money_year=price.year, reference_usd_per_t=price.reference_usd_per_t)
    capital = float(np.asarray(plant.capital_usd)) / 1e6 * means.part_on_offer
    year = np.arange(means.years)
    spent = np.array(
        [
            np.clip(np.minimum(k + build, year + 1) - np.maximum(k, year), 0, 1) / build * capital
            for k in offsets
        ]
    )
    slot = year // _WINDOW
    return _Appraised(
        candidate=one,
        npv=np.where(possible, worth / 1e6 * means.part_on_offer, np.nan),
        cash=np.stack([spent[:, slot == v].sum(axis=1) for v in range(windows)], axis=1),
        output=np.array([output_t(one, terms, float(k), means.years) for k in offsets]) * means.part_on_offer,
    )


def _need(
    world: World,
    place: tuple[str, str],
    members: Sequence[str],
    measures: Register,
    on: date,
    setting: Setting,
    notes: list[str],
) -> Need | None:
    try:
        need = need_of(world, *place, members, measures=measures, on=on, setting=setting)
    except (NoAnswerError, OptionError) as error:
        notes.append(f"{error}; its projects count by their own worth alone")
        return None
    notes.extend(need.notes)
    return need


class _Losses:
    """Time off of countries, drawn once for each set of rates."""

    def __init__(self, members: int, years: int, scenarios: int, seed: int) -> None:
        self.members, self.years, self.scenarios, self.seed = members, years, scenarios, seed

    def of(self, country: str, onset: float, months: float, phi: float) -> Floats:
        """Shape (1 + members, years, scenarios)."""
        return time_off(
            country,
            onset,
            months,
            phi,
            members=self.members,
            years=self.years,
            scenarios=self.scenarios,
            seed=self.seed,
        )


def _demand(
    needs: Sequence[Need | None], members: Sequence[str], setting: Setting, lost: _Losses
) -> tuple[Floats, Floats, Floats]:
    """Use (I, M), losses (I, M, T, W), worth of what is missing (M, K)."""
    import numpy as np

    slopes = shortage_steps(setting.elasticity, setting.cap, 2)[1]
    use = np.zeros((len(members), len(needs)))
    gap = np.zeros((len(members), len(needs), lost.years, lost.scenarios))
    price = np.zeros((len(needs), slopes.size))
    for m, need in enumerate(needs):
        if need is None:
            continue
        price[m] = slopes * max(one.price_usd_per_t for one in need.importers)
        offs = [(s, lost.of(s.name, s.onset_per_year, s.mean_months, s.targeted)) for s in need.suppliers]
        for one in need.importers:
            i = list(members).index(one.member)
            use[i, m] = one.use_t
            for supplier, off in offs:
                part = supplier.share.get(one.member, 0.0) * supplier.severity
                gap[i, m] += part * np.minimum(1.0, off[0] + off[1 + i])
    return use, np.clip(gap, 0.0, 1.0), price


def _availability(
    world: World,
    found: Sequence[_Appraised],
    hosts: Sequence[str],
    members: Sequence[str],
    measures: Register,
    on: date,
    setting: Setting,
    lost: _Losses,
    notes: list[str],
) -> Floats:
    """What leaves each host; by the highest rate of the products of its candidates."""
    import numpy as np

    places = list(dict.fromkeys((one.candidate.mineral, one.candidate.stage) for one in found))
    suppliers = {
        place: [h for h in hosts if any(_is(one.candidate, place, h) for one in found)] for place in places
    }
    codes = {place: codes_of(place, (), base_year(world, None)) for place in places}
    rates = hazard_rates(world, suppliers, codes, members, measures=measures, on=on)
    made = np.ones((len(hosts), lost.years, lost.scenarios))
    for h, host in enumerate(hosts):
        own = [row["controls"] for row in rates.iter_rows(named=True) if row["exporter"] == host]
        known = [rate for rate in own if rate is not None]
        if not known:
            notes.append(f"{host}: no rate of failure; its projects never fail here")
            continue
        off = lost.of(host, max(known), _MEAN_MONTHS * setting.length, setting.phi)
        made[h] -= _SEVERITY * off[0]
    return made


def _is(candidate: Candidate, place: tuple[str, str], host: str) -> bool:
    return (candidate.mineral, candidate.stage) == place and candidate.host == host


def _classes(
    found: Sequence[_Appraised], members: Sequence[str], on: date, powers: Sequence[Power] | None
) -> tuple[tuple[str, ...], NDArray[np.int64], Floats]:
    """Projects that the agencies of all members treat alike."""
    import numpy as np

    parts = [
        tuple(public_part(name, one.candidate.mineral, one.candidate.status, on, powers) for name in members)
        for one in found
    ]
    kinds = sorted(set(parts))
    names = tuple(", ".join(f"{m} {x:.0%}" for m, x in zip(members, kind, strict=True)) for kind in kinds)
    return names, np.array([kinds.index(part) for part in parts]), np.array(kinds).T


def _kinds(
    found: Sequence[_Appraised], members: Sequence[str], on: date, powers: Sequence[Power] | None
) -> Floats:
    """What the agencies may bear as equity and as loans; shape (2, I, P)."""
    import numpy as np

    parts = [
        [public_parts(name, one.candidate.mineral, one.candidate.status, on, powers) for one in found]
        for name in members
    ]
    return np.moveaxis(np.array(parts, dtype=float), 2, 0)
