"""What the sections of a response paper are written from, and the trail of every figure as it is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from pactolus.catalogue.origins import Claim, Figure, Term
from pactolus.catalogue.world import World
from pactolus.reports.trail_parts import source_of, with_repairs
from pactolus.reports.way import SourceRows, Step, Trail
from pactolus.response.plan.cargo import COUNTED

if TYPE_CHECKING:
    from pactolus.disruption.effects.stresses import Stress
    from pactolus.response.clocks.dues import Due
    from pactolus.response.events.event import Event
    from pactolus.response.plan.plan import ResponsePlan

__all__ = ["Paper", "Place", "way"]

Place = tuple[str, str]
#: What a trade figure or a figure of the plan rests on beside the rows: plain keys of the row it stands in.
Rows = Mapping[str, str | int | float]
_YEAR: Final = 12


def way(key: str, before: float | None, after: float | None, unit: str = "t", **words: object) -> Step:
    """A step of a trail, its phrase below ``paper.step``."""
    terms = {name: Term("text", (str(word),)) for name, word in words.items()}
    return Step(claim=Claim(key=f"paper.step.{key}", terms=terms), before=before, after=after, unit=unit)


@dataclass(frozen=True, eq=False)
class Paper:
    """One event, its plan and its clocks.

    Attributes
    ----------
    world : World
    event : Event
    plan : ResponsePlan
    stress : Stress
        The losses of a year that the plan starts from.
    dues : tuple of Due
    as_of : date
    trails : dict of str to Trail
        Filled as figures are made.
    """

    world: World
    event: Event
    plan: ResponsePlan
    stress: Stress
    dues: tuple[Due, ...]
    as_of: date
    trails: dict[str, Trail] = field(default_factory=dict)

    @property
    def members(self) -> tuple[str, ...]:
        """Importers that answer."""
        return self.plan.situation.members

    @property
    def places(self) -> tuple[Place, ...]:
        """Minerals at stages."""
        return self.plan.situation.places

    @cached_property
    def year(self) -> int:
        """Year of the trade."""
        return int(self.stress.losses["year"][0])

    @cached_property
    def loss_rows(self) -> Mapping[tuple[str, str, str], Mapping[str, Any]]:
        """Losses of a year by mineral, stage and member."""
        rows = self.stress.losses.iter_rows(named=True)
        return {(r["mineral"], r["stage"], r["importer"]): r for r in rows if r["base_t"] is not None}

    @property
    def tables(self) -> tuple[str, ...]:
        """Tables of the world that the paper rests on."""
        wanted = ("trade", "corrections", "end_uses")
        return tuple(name for name in wanted if name in self.world.tables)

    def member(self, name: str) -> int:
        """Number of a member in the plan."""
        return self.members.index(name)

    @cached_property
    def months(self) -> pl.DataFrame:
        """Month by month: what is lost, short together and short alone, expected and its ends. [t]

        Columns ``mineral, stage, member, month`` and for each of ``lost_t, alone_short_t, short_t`` the
        expected value over the durations, ``_low`` and ``_high``: a duration that has ended loses nothing.
        """
        keys = ["mineral", "stage", "member", "month"]
        amounts = ["lost_t", "alone_short_t", "short_t"]
        shown = self.plan.shortage.filter(pl.col("probability") > 0)
        each = shown.group_by([*keys, "ends"], maintain_order=True).agg(
            pl.col("probability").first(),
            pl.col("lost_t").first(),
            pl.col("alone_short_t").sum(),
            pl.col("short_t").sum(),
        )
        durations = int((self.plan.answer.probability > 0).sum())
        ended = pl.len() < durations
        return each.group_by(keys, maintain_order=True).agg(
            *((pl.col(a) * pl.col("probability")).sum() for a in amounts),
            *(pl.when(ended).then(0.0).otherwise(pl.col(a).min()).alias(f"{a}_low") for a in amounts),
            *(pl.col(a).max().alias(f"{a}_high") for a in amounts),
        )

    # ------------------------------------------------------------------------------------------- figures

    def figure(
        self,
        value: float | int | None,
        unit: str,
        digits: int,
        table: str,
        rows: Rows,
        column: str,
        steps: Sequence[Step] = (),
        *,
        low: float | None = None,
        high: float | None = None,
        status: str = "ok",
        signed: bool = False,
        sources: Sequence[SourceRows] = (),
        origins: Sequence[str] = (),
    ) -> Figure:
        """A figure of the paper; its trail ends in its value."""
        made = Figure(
            value=value,
            unit=unit,
            digits=digits,
            low=low,
            high=high,
            status=status,
            table=f"response:{table}",
            rows={"event": self.event.id, "day": self.as_of.isoformat(), **rows},
            steps=(f"take {column}",),
            origins=tuple(origins),
            signed=signed,
        )
        if value is not None:
            last = Step(claim=Claim(key="paper.step.value"), before=None, after=float(value), unit=unit)
            told = tuple(steps) or (last,)
            self.trails[made.id] = Trail(
                id=made.id,
                title=Claim(key="trail.figure", terms={"key": Term("text", (f"{table} {column}",))}),
                value=float(value),
                unit=unit,
                status=status,
                vintage=self.world.vintage,
                low=low,
                high=high,
                note="" if self.plan.label.is_open else f"label: {self.plan.label}",
                steps=told,
                sources=tuple(sources),
            )
        return made

    def traded(
        self,
        value: float,
        unit: str,
        digits: int,
        rows: Rows,
        column: str,
        steps: Sequence[Step],
        **more: Any,
    ) -> Figure:
        """A figure that rests on the trade of a mineral, a stage and a member."""
        place, name = (str(rows["mineral"]), str(rows["stage"])), str(rows["member"])
        return self.figure(
            value,
            unit,
            digits,
            "months" if "month" in rows else "exposed",
            rows,
            column,
            steps,
            sources=self.sources(place, name),
            origins=self.world.origins_of("trade"),
            **more,
        )

    def count(self, value: int, table: str, rows: Rows, column: str = "rows") -> Figure:
        """A number of rows of a table of the paper."""
        return self.figure(
            value, "count", 0, table, rows, column, [way("counted", None, float(value), "", what=table)]
        )

    def sources(self, place: Place, name: str) -> tuple[SourceRows, ...]:
        """Rows of trade that the losses of a member rest on."""
        return self._sources[*place, name]

    @cached_property
    def _sources(self) -> dict[tuple[str, str, str], tuple[SourceRows, ...]]:
        return {(*p, m): self._read(p, m) for p in self.places for m in self.members}

    def _read(self, place: Place, name: str) -> tuple[SourceRows, ...]:
        codes = self.stress.drawn[place].codes if place in self.stress.drawn else ()
        if not codes:
            return ()
        wanted = (
            pl.col("importer") == name,
            pl.col("year") == self.year,
            pl.col("hs_code").is_in(list(codes)),
        )
        rows = self.world.scan("trade").filter(*wanted).collect()
        return (source_of(self.world, "trade", with_repairs(self.world, rows)),) if rows.height else ()

    def by_share(self, k: int, i: int) -> float:
        """Largest loss of a month by the share that is cut, without named cargo. [t]"""
        one = self.plan.situation
        path = one.loss_t.max(axis=3) if one.path_t is None else one.path_t
        return float(path[k, i, : max(one.lengths)].max())

    def cargo(self, place: Place, name: str, month: int) -> float:
        """Named cargo that counts in a month. [t]"""
        k, i = self.places.index(place), self.member(name)
        return sum(
            ship.tonnes
            for ship in self.plan.situation.cargo
            if (ship.place, ship.member, ship.month) == (k, i, month) and ship.status in COUNTED[1]
        )

    def loss_steps(self, place: Place, name: str) -> list[Step]:
        """From the imports of the year to the loss of a month."""
        row = self.loss_rows.get((*place, name))
        if row is None:
            return []
        k, i = self.places.index(place), self.member(name)
        month = self.by_share(k, i)
        return [
            way("base", None, row["base_t"]),
            way("bought", row["base_t"], row["bought_t"]),
            way("lost_year", row["bought_t"], row["lost_t"]),
            way("lost_month", row["lost_t"], month),
        ]

    def cost_steps(self, column: str, before: float | None, value: float) -> list[Step]:
        """Steps of a cost or gain."""
        return [way(column, before, value, "million USD")]
