"""From an event and a world to a situation: losses, use, stocks, alternatives, each with what stands behind
it.

    loss of a month while it lasts = loss of a year-long event / 12       first year, after what markets
    replaced
                                   = remaining part of a direct loss      later years (`monthly.PASS_THROUGH`)

The loss is what past events left after buyers had looked for others; re-routing of the plan comes on top and
may
partly be the same tonnes. Durations are those that are still possible on the day, in whole months.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import InputError, NoAnswerError
from pactolus.response.events.event import Event, Shipment, as_scenario
from pactolus.response.plan.assumptions import Assumptions
from pactolus.response.plan.cargo import Cargo, by_duration, lasting
from pactolus.response.plan.given import Given, fan_of
from pactolus.response.plan.plan import ResponsePlan, plan_of
from pactolus.response.plan.situation import ENDS, Acceleration, Held, Situation, Source

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pactolus.catalogue.world import World
    from pactolus.disruption.effects.stresses import Stress
    from pactolus.policy.register import Register
    from pactolus.stockpile.members.lots import StockLot
    from pactolus.workspace.labels import Levels

    Floats = NDArray[np.float64]

__all__ = ["respond", "situation_of", "situations_of"]

_YEAR: Final = 12
_DAYS: Final = 365.25 / 12
_SAME: Final = 1e-3


def respond(
    world: World,
    event: Event,
    measures: Register,
    *,
    as_of: date | None = None,
    given: Given | None = None,
    no_transfer: Sequence[str] = (),
    levels: Levels | None = None,
    robust: bool = True,
    seed: int = 0,
    losses: Stress | None = None,
) -> ResponsePlan:
    """Plan an answer to an event.

    Parameters
    ----------
    world : World
    event : Event
    measures : Register
    as_of : date, optional
        The day of the plan; that of the report if omitted.
    given : Given, optional
    no_transfer : sequence of str
    levels : Levels, optional
    robust : bool
        As in `plan_of`.
    seed : int
        Of the draws of losses.
    losses : Stress, optional
        Of the event as a scenario of twelve months, where they are drawn already.

    Raises
    ------
    NoAnswerError
        If the world holds no trade or price of what is cut, or no expected duration is left on the day.
    """
    day = as_of or event.reported_on
    found = situations_of(
        world, event, measures, as_of=day, given=given, levels=levels, seed=seed, losses=losses
    )
    beside = {f"losses at the {end} end": one for end, one in found.items() if end != "mid"}
    return plan_of(found["mid"], as_of=day, no_transfer=no_transfer, robust=robust, cases=beside)


def situation_of(world: World, event: Event, measures: Register, **more: Any) -> Situation:
    """The situation in the middle of the losses; arguments as for `situations_of`."""
    return situations_of(world, event, measures, **more)["mid"]


def situations_of(
    world: World,
    event: Event,
    measures: Register,
    *,
    as_of: date | None = None,
    given: Given | None = None,
    levels: Levels | None = None,
    seed: int = 0,
    losses: Stress | None = None,
) -> dict[str, Situation]:
    """The situation at the low end, the middle and the high end of the losses.

    Parameters
    ----------
    world, event, measures, as_of, given, levels, seed, losses
        As for `respond`.
    """
    from pactolus.disruption.effects.stresses import stress

    day, own = as_of or event.reported_on, given or Given()
    drawn = losses or stress(world, as_scenario(event, months=float(_YEAR)), seed=seed)
    reader = _Reader(world, event, measures, day, own, drawn)
    middle = reader.situation(levels)
    found = {"mid": middle}
    for end in ("low", "high"):
        other = reader.losses(middle, ENDS.index(end))
        if (other != middle.loss_t).any():
            found[end] = replace(middle, loss_t=other)
    return found


class _Reader:
    """One event on one world."""

    def __init__(
        self, world: World, event: Event, measures: Register, day: date, own: Given, losses: Stress
    ) -> None:
        self.world, self.event, self.measures, self.day, self.own, self.stress = (
            *(world, event, measures, day, own),
            losses,
        )
        self.members = event.members
        self.notes: list[str] = []
        self.rows: dict[tuple[str, str, str], dict[str, Any]] = {
            (row["mineral"], row["stage"], row["importer"]): row
            for row in losses.losses.iter_rows(named=True)
            if row["base_t"] is not None
        }
        self.year = int(losses.losses["year"][0])
        begin = min(shock.start for shock in event.shocks)
        self.gone = (
            (day.year - begin.year) * _YEAR + day.month - begin.month
        )  # of the event, on the first month
        _, self.lengths, self.chance = fan_of(event, day, own.months, own.cases)

    def situation(self, levels: Levels | None) -> Situation:
        import numpy as np

        places, use, price, bought = self._places()
        held, undeclared = self._held(places, use)
        free = np.array([[self._inflow_free(place, name) for name in self.members] for place in places])
        holdings = self.event.holdings if self.own.holdings is None else tuple(self.own.holdings)
        from pactolus.workspace.labels import Levels as AllLevels

        label = (levels or AllLevels()).strictest(
            [self.event.label(levels), *(one.label for one in holdings)]
        )
        one = Situation(
            members=self.members,
            places=tuple(places),
            start=self.day.replace(day=1),
            lengths=self.lengths,
            probability=self.chance,
            use_t=use,
            bought_t=bought,
            price_usd_per_t=price,
            loss_t=np.zeros((len(places), len(self.members), self.own.months, len(self.lengths))),
            inflow_free=free,
            held=tuple(held),
            undeclared=tuple(undeclared),
            sources=tuple(self._sources(places)),
            projects=self._projects(places),
            segments={
                k: own for k, place in enumerate(places) if (own := (self.own.segments or {}).get(place))
            },
            steps=self.own.steps,
            assumed=self._assumed(),
            label=label,
            cargo=self._cargo(places),
            cut=self.event.exporters,
        )
        path = self._path(one, 1)
        loss = by_duration(lasting(path, use, one.cargo), one.lengths)
        middle = replace(one, path_t=path, loss_t=loss)
        return replace(middle, notes=(*self._said(), *dict.fromkeys(self.notes)))

    def _places(self) -> tuple[list[tuple[str, str]], Floats, Floats, Floats]:
        """Places with use and price of each member; a month's tonnes."""
        import numpy as np

        from pactolus.stockpile.members.needs import need_of

        places, use, price, bought = [], [], [], []
        for place in self.stress.drawn:
            own = (self.own.declared or {}).items()
            declared = {
                name: tonnes for (m, s, name), tonnes in own if (m, s) == place and name in self.members
            }
            made_up = any((one.mineral, one.stage) == place for one in self.event.declared)
            uses: dict[str, float] = {}
            paid: list[tuple[float, float]] = []
            try:
                need = need_of(
                    self.world,
                    *place,
                    self.members,
                    measures=self.measures,
                    on=self.day,
                    year=self.year,
                    declared=declared or None,
                    hs_codes=self.stress.drawn[place].codes if not made_up else (),
                )
                uses = {one.member: one.use_t for one in need.importers}
                paid = [(one.use_t, one.price_usd_per_t) for one in need.importers]
                self.notes += [note for note in need.notes if "rate" not in note]
                self.notes += [f"{one.member}: use is {one.denominator}" for one in need.importers]
            except NoAnswerError as error:
                self.notes.append(str(error))
            if made_up:
                uses = {
                    n: row["base_t"] for n in self.members if (row := self.rows.get((*place, n))) is not None
                }
                uses |= declared
                self.notes.append(f"{place[0]} ({place[1]}): use is declared for the exercise")
            given = (self.own.prices or {}).get(place)
            if given is None and not paid:
                self.notes.append(
                    f"{place[0]} ({place[1]}): no price in this world; give one, or it is not planned"
                )
                continue
            mean = sum(u * p for u, p in paid) / sum(u for u, _ in paid) if paid else 0.0
            places.append(place)
            price.append(mean if given is None else given)
            use.append([uses.get(name, float("nan")) / _YEAR for name in self.members])
            bought.append([self._row(place, name).get("base_t") or 0.0 for name in self.members])
        if not places:
            raise NoAnswerError("; ".join(self.notes) or f"{self.event.id}: nothing of it is in this world")
        return places, np.array(use), np.array(price), np.array(bought) / _YEAR

    def _row(self, place: tuple[str, str], name: str) -> dict[str, Any]:
        return self.rows.get((*place, name), {})

    def losses(self, one: Situation, end: int) -> Floats:
        """What each duration takes away, at an end of the interval; never more than is used. [t a month]"""
        return by_duration(lasting(self._path(one, end), one.use_t, one.cargo, end), one.lengths)

    def _path(self, one: Situation, end: int) -> Floats:
        """What months lose by their share while it lasts, shape (K, I, T). [t]"""
        import numpy as np

        found = np.zeros(one.loss_t.shape[:3])
        for k, place in enumerate(one.places):
            for i, name in enumerate(one.members):
                row = self._row(place, name)
                if not row or not one.uses(k, i):
                    continue
                path = np.array([self._month(row, t + self.gone, end) for t in range(one.months)])
                if (path > one.use_t[k, i] * (1 + 1e-9)).any():
                    self.notes.append(
                        f"{one.name(k)}, {name}: more is lost than is used after re-exports; the loss is "
                        "cut at use"
                    )
                found[k, i] = np.minimum(np.maximum(path, 0.0), one.use_t[k, i])
        return found

    def _cargo(self, places: Sequence[tuple[str, str]]) -> tuple[Cargo, ...]:
        """Shipments of the event that may not arrive."""
        found, faults = [], []
        for ship in self.event.shipments:
            stages = [stage for mineral, stage in places if mineral == ship.mineral]
            if ship.status == "arrived" or not stages:
                continue
            if ship.stage is None and len(stages) > 1:
                faults.append(
                    f"{self.event.id}, shipment {ship.reference}: stage is missing; {ship.mineral} is "
                    f"planned at {', '.join(stages)}: write one of them"
                )
            elif ship.stage in (None, *stages):
                found.append(self._ship(ship, places.index((ship.mineral, ship.stage or stages[0]))))
        if faults:
            raise InputError.gathered(faults)
        return tuple(found)

    def _ship(self, ship: Shipment, place: int) -> Cargo:
        month = None
        if ship.due is None:
            self.notes.append(f"shipment {ship.reference}: no day of arrival; it counts in no month")
        else:
            month = (ship.due.year - self.day.year) * _YEAR + ship.due.month - self.day.month
        return Cargo(
            reference=ship.reference,
            place=place,
            member=self.members.index(ship.member),
            tonnes=ship.tonnes,
            month=month,
            status=ship.status,
            cut=ship.origin in self.event.exporters,
        )

    def _month(self, row: Mapping[str, Any], month: int, end: int) -> float:
        """Loss of a month of the event, counted from its first."""
        from pactolus.disruption.effects.monthly import PASS_THROUGH

        if month < 0:
            return 0.0
        name = ("lost_low_t", "lost_t", "lost_high_t")[end]
        year = row[name] if row[name] is not None else row["lost_t"]
        first = min(float(year), float(row["base_t"])) / _YEAR
        if month < _YEAR:
            return first
        remaining = PASS_THROUGH[min(month // _YEAR + 1, 3)][end]
        return min(first, remaining * float(row["cut"]) * float(row["bought_t"]) / _YEAR)

    # --------------------------------------------------------------------------------------------------
    # stocks

    def _held(
        self, places: Sequence[tuple[str, str]], use: Floats
    ) -> tuple[list[Held], list[tuple[int, int]]]:
        from pactolus.stockpile.members.holdings import declared_holdings

        holdings = self.event.holdings if self.own.holdings is None else self.own.holdings
        declared = declared_holdings(one for one in holdings if one.member in self.members)
        elsewhere = [f"{m} ({s})" for m, s, _ in declared if (m, s) not in places]
        if elsewhere:
            self.notes.append(
                f"declared holdings of {', '.join(dict.fromkeys(elsewhere))} are not of what this event "
                "cuts; not used"
            )
        held, silent = [], []
        for k, place in enumerate(places):
            lots: list[StockLot] = []
            for i, name in enumerate(self.members):
                forms = declared.get((*place, name))
                if not use[k, i] > 0:
                    continue
                if not forms:
                    silent.append((k, i))
                    continue
                ends = [one.tonnes(float(use[k, i]) / _DAYS) for one in forms]
                low, high = sum(a for a, _ in ends), sum(b for _, b in ends)
                own = list(self._lots(place, name))
                lots += own
                held += [self._lot(k, i, lot, low, high) for lot in own]
            self._say_forms(place, lots)
        return held, silent

    def _say_forms(self, place: tuple[str, str], lots: Sequence[StockLot]) -> None:
        """How far forms are common, where nobody says who can use what."""
        from pactolus.stockpile.members.lots import form_match

        if any(lot.usable_by is not None for lot in lots):
            return
        for (lender, receiver), part in form_match(lots).items():
            if part < 1 - _SAME:
                self.notes.append(
                    f"{place[0]} ({place[1]}): {part:.0%} of the lots of {lender} are of forms that "
                    f"{receiver} holds too; nobody says who can use what (usable_by of lots), so all count "
                    "as of use to all"
                )

    def _lots(self, place: tuple[str, str], name: str) -> Iterable[StockLot]:
        from pactolus.stockpile.members.lots import StockLot, lots_of_imports

        own = [lot for lot in self.own.lots if (lot.mineral, lot.stage, lot.member) == (*place, name)]
        if own:
            return own
        codes = self.stress.drawn[place].codes
        found = lots_of_imports(self.world, place, [name], self.year, hs_codes=codes)
        return found or [
            StockLot(mineral=place[0], stage=place[1], member=name, origin=None, form="", share=1.0)
        ]

    def _lot(self, k: int, i: int, lot: StockLot, low: float, high: float) -> Held:
        may, why = self._may_go(lot)
        return Held(
            place=k,
            member=i,
            tonnes=(low * lot.share, (low + high) / 2 * lot.share, high * lot.share),
            origin=lot.origin,
            form=lot.form,
            grade=lot.grade,
            may_go=may,
            why=why,
            usable_by=None
            if lot.usable_by is None
            else tuple(name for name in lot.usable_by if name in self.members),
            content=lot.content,
        )

    def _may_go(self, lot: StockLot) -> tuple[tuple[str, ...], str]:
        answers = {
            name: lot.may_go(self.measures, name, self.day) for name in self.members if name != lot.member
        }
        may = tuple(name for name, one in answers.items() if one.answer == "yes")
        kept = [one.measures or (one.why,) for name, one in answers.items() if name not in may]
        return may, ";".join(dict.fromkeys(part for parts in kept for part in parts))

    def _inflow_free(self, place: tuple[str, str], name: str) -> float:
        """Part of the imports that still arrive whose origins all other members may have."""
        from pactolus.stockpile.members.lots import lots_of_imports

        shocked, others = set(self.event.exporters), set(self.members) - {name}
        lots = lots_of_imports(self.world, place, [name], self.year, hs_codes=self.stress.drawn[place].codes)
        left = [lot for lot in lots if lot.origin not in shocked]
        total = sum(lot.share for lot in left)
        free = sum(
            lot.share for lot in left if lot.origin is not None and others <= set(self._may_go(lot)[0])
        )
        return min(free / total, 1.0) if total > 0 else 0.0

    # ------------------------------------------------------------------------------------------------
    # suppliers

    def _sources(self, places: Sequence[tuple[str, str]]) -> list[Source]:
        import polars as pl

        from pactolus.disruption.effects.alternatives import alternatives

        limits = self.event.limits
        premium = (self.own.assumed or Assumptions()).premium
        table = alternatives(
            self.world,
            as_scenario(self.event, months=float(_YEAR)),
            self.stress.losses,
            self.measures,
            self.day,
            chosen=self.own.chosen,
        ).suppliers
        opened: dict[tuple[int, str], tuple[float, list[str], int]] = {}
        rows = table.filter(pl.col("why_not").is_null(), pl.col("room_t") > 0)
        for row in rows.iter_rows(named=True):
            if (row["mineral"], row["stage"]) in places:
                key = (places.index((row["mineral"], row["stage"])), row["exporter"])
                opened.setdefault(key, (row["room_t"], [], row["maximum_year"]))[1].append(row["importer"])
        found = [
            Source(
                place=k,
                supplier=name,
                room_t=room / _YEAR,
                open_to=tuple(names),
                premium=premium,
                lag=limits.lag_rerouting,
                basis=f"observed maximum of {year}, not spare capacity",
            )
            for (k, name), (room, names, year) in opened.items()
        ]
        for other in self.event.alternatives:
            if (other.mineral, other.stage) in places:
                ends = other.premium
                found.append(
                    Source(
                        place=places.index((other.mineral, other.stage)),
                        supplier=other.supplier,
                        room_t=other.tonnes_a_month,
                        open_to=self.members if other.member is None else (other.member,),
                        premium=(ends[0], ends[1] if len(ends) == 3 else sum(ends) / len(ends), ends[-1]),
                        lag=other.lag_months,
                        basis=other.source,
                    )
                )
        return found

    def _projects(self, places: Sequence[tuple[str, str]]) -> tuple[Acceleration, ...]:
        """Projects of the event and the user, at their places."""
        from pactolus.response.plan.forward import accelerations

        asked = (*self.event.projects, *self.own.forward)
        made, notes = accelerations(asked, self.own.records, members=self.members, cut=self.event.exporters)
        self.notes += notes
        self.notes += [
            f"project {one.project}: {place[0]} ({place[1]}) is no part of this plan; not used"
            for place, own in made.items()
            if place not in places
            for one in own
        ]
        return tuple(
            replace(project, place=k)
            for k, place in enumerate(places)
            for project in (*(self.own.projects or {}).get(place, ()), *made.get(place, ()))
        )

    def _assumed(self) -> Assumptions:
        """Ours, with the limits of the event before them."""
        limits = self.event.limits
        return replace(
            self.own.assumed or Assumptions(),
            lag_lending=limits.lag_lending,
            lag_rerouting=limits.lag_rerouting,
            lag_purchase=limits.lag_purchase,
            by_member_lending=dict(limits.lending_share or {}),
            left_to_others=dict(limits.rerouting_share or {}),
            money_musd_per_month=limits.money_musd_per_month,
            no_transfer=limits.no_transfer,
        )

    def _said(self) -> list[str]:
        found = [f"{note}" for note in self.stress.notes if "months are drawn" not in note]
        found.append(
            "losses are what past events left after buyers had looked for others; re-routed tonnes come "
            "on top and may "
            "partly be the same"
        )
        if any(ship.due is not None and ship.status != "arrived" for ship in self.event.shipments):
            found.append(
                "named cargo stands in the loss of its month of arrival: of a country that is cut the larger "
                "of the share lost and the cargo counts, never both; of others it comes on top"
            )
        if self.lengths[-1] >= self.own.months:
            found.append(
                f"durations of {self.own.months} months and more are cut at the horizon; what is owed "
                "then is shown"
            )
        return found
