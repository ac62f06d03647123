"""What a tonne a year from a host is worth to a member: cost of shortage that it spares.

    value = (C(shares) - C(shares moved)) / (e x use),   shares moved: every supplier's less by e, the
    host's more

`C` is the yearly cost in the long run with the best stock for those suppliers (`stockpile.size_stock`), so
the part of the risk that a stock bears more cheaply is not counted twice; beside it stands the same without
a stock. A host that fails as often as the suppliers it stands in for is worth nothing, one that fails more
is worth less than nothing, and one without a rate has a status.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pactolus.disruption.effects.stresses import past_of
from pactolus.disruption.random_years.hazards import hazard_rates
from pactolus.disruption.scenarios.reach import base_year, codes_of
from pactolus.errors import NoAnswerError, OptionError
from pactolus.runs.progress import Progress, silent
from pactolus.stockpile.members.needs import SETTINGS, Need, Setting, need_of, supplier_of
from pactolus.stockpile.stocks.continuous import size_stock
from pactolus.terms.countries import entity

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World
    from pactolus.disruption.random_years.hazards import Expert
    from pactolus.policy.register import Register

__all__ = ["SECURITY_COLUMNS", "value_of_tonne"]

#: Columns of `value_of_tonne`.
SECURITY_COLUMNS: Final = (
    "mineral",
    "stage",
    "host",
    "member",
    "low_usd_per_t",
    "usd_per_t",
    "high_usd_per_t",
    "low_at",
    "high_at",
    "without_stock_usd_per_t",
    "price_usd_per_t",
    "moved_t",
    "denominator",
    "host_rate_per_year",
    "measure",
    "status",
)
_TEXTS: Final = (
    "mineral",
    "stage",
    "host",
    "member",
    "low_at",
    "high_at",
    "denominator",
    "measure",
    "status",
)


def value_of_tonne(
    world: World,
    mineral: str,
    stage: str,
    host: str,
    members: Sequence[str],
    *,
    measures: Register,
    on: date,
    settings: Mapping[str, Setting] = SETTINGS,
    expert: Expert | None = None,
    part: float = 0.05,
    step_days: float = 3.0,
    progress: Progress = silent,
) -> pl.DataFrame:
    """Value of a tonne a year from a host, to each member alone.

    Parameters
    ----------
    world : World
    mineral, stage, host : str
    members : sequence of str
    measures, on, expert
        As in `need_of`.
    settings : mapping of str to Setting
        The first is the middle; the others span the range.
    part : float
        Part of the member's use that moves to the host, above 0 and at most 1.
    step_days : float
        As in `size_stock`.
    progress : Progress

    Returns
    -------
    polars.DataFrame
        `SECURITY_COLUMNS`, one row a member. [USD/t]

    Raises
    ------
    OptionError
        If the part is not above 0 or more than 1.
    """
    import polars as pl

    if not 0 < part <= 1:
        raise OptionError(f"part: {part}; the part of a member's use that moves, above 0 and at most 1")
    schema = {name: pl.String if name in _TEXTS else pl.Float64 for name in SECURITY_COLUMNS}
    rows = []
    for done, member in enumerate(members):
        progress(f"{mineral} ({stage}): {member}", done, len(members))
        head = {"mineral": mineral, "stage": stage, "host": host, "member": member}
        asked = _Asked(world, mineral, stage, host, member, measures, on, expert)
        rows.append(head | _member(asked, settings, part, step_days))
    progress("done", len(members), len(members))
    return pl.DataFrame([{n: row.get(n) for n in SECURITY_COLUMNS} for row in rows], schema=schema)


class _Asked:
    """One member's question."""

    def __init__(
        self,
        world: World,
        mineral: str,
        stage: str,
        host: str,
        member: str,
        measures: Register,
        on: date,
        expert: Expert | None,
    ) -> None:
        self.world, self.place, self.host, self.member = world, (mineral, stage), host, member
        self.measures, self.on, self.expert = measures, on, expert

    def need(self, setting: Setting) -> Need:
        return need_of(
            self.world,
            *self.place,
            [self.member],
            measures=self.measures,
            on=self.on,
            setting=setting,
            expert=self.expert,
        )

    def rate(self) -> Mapping[str, Any]:
        """Row of the host in `hazard_rates`."""
        codes = codes_of(self.place, (), base_year(self.world, None))
        found = hazard_rates(
            self.world,
            {self.place: [self.host]},
            {self.place: codes},
            entity(self.member).members,
            measures=self.measures,
            on=self.on,
            expert=self.expert,
        )
        return found.row(0, named=True)


def _member(asked: _Asked, settings: Mapping[str, Setting], part: float, step_days: float) -> dict[str, Any]:
    if asked.host in entity(asked.member).members:
        return {"status": "not_applicable"}
    rate = asked.rate()
    told = {"measure": rate["measure"]}
    found: dict[str, tuple[float, float]] = {}
    middle: Need | None = None
    for name, setting in settings.items():
        own = setting.with_own_rates() if asked.expert else setting
        if rate[own.case] is None:
            return told | {"status": rate["status"]}
        try:
            need = asked.need(own)
        except NoAnswerError as error:
            return told | {"status": error.why([asked.member])[asked.member]}
        if not need.suppliers:
            return told | {"status": "no_governance_data"}
        middle = middle or need
        found[name] = _spared(asked, need, rate, own, part, step_days)
    assert middle is not None
    importer = middle.importer(asked.member)
    stocked = {name: both[0] for name, both in found.items()}
    low, high = min(stocked, key=lambda n: stocked[n]), max(stocked, key=lambda n: stocked[n])
    first = next(iter(settings.values()))
    case = (first.with_own_rates() if asked.expert else first).case
    return told | {
        "low_usd_per_t": stocked[low],
        "usd_per_t": next(iter(stocked.values())),
        "high_usd_per_t": stocked[high],
        "low_at": low,
        "high_at": high,
        "without_stock_usd_per_t": next(iter(found.values()))[1],
        "price_usd_per_t": importer.price_usd_per_t,
        "moved_t": part * importer.use_t,
        "denominator": importer.denominator,
        "host_rate_per_year": rate[case],
        "status": "ok",
    }


def _spared(
    asked: _Asked, need: Need, rate: Mapping[str, Any], setting: Setting, part: float, step_days: float
) -> tuple[float, float]:
    """Cost that a tonne spares, with the best stock and with none."""
    member, suppliers = asked.member, list(need.suppliers)
    if asked.host not in {one.name for one in suppliers}:
        events = past_of(asked.world).events
        suppliers.append(supplier_of(rate, {member: 0.0}, setting, events))
    moved = [
        replace(one, share={member: one.share[member] * (1 - part) + part * (one.name == asked.host)})
        for one in suppliers
    ]
    importer = need.importer(member)
    before, after = (
        size_stock(importer, replace(need, suppliers=tuple(each)).regimes([member]), step_days=step_days)
        for each in (suppliers, moved)
    )
    tonnes = part * importer.use_t
    return (before.cost_usd - after.cost_usd) / tonnes, (before.without_usd - after.without_usd) / tonnes
