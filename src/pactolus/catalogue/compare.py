"""How two worlds differ, table by table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pactolus.catalogue.specs import TABLES, TableSpec
from pactolus.catalogue.world import conform, logical_sha256, world_vintage

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Difference", "compare", "vintage_of"]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Rows of one table that one side has and the other has not, by key, and those with another value."""

    table: str
    before: int
    after: int
    added: int
    removed: int
    changed: int
    columns: tuple[str, ...] = ()
    """Columns in which the changed rows differ."""

    @property
    def same(self) -> bool:
        """Nothing differs."""
        return not (self.added or self.removed or self.changed)


def compare(before: Mapping[str, pl.DataFrame], after: Mapping[str, pl.DataFrame]) -> list[Difference]:
    """Differences of every table of either side, in the order of the specifications.

    Parameters
    ----------
    before, after : mapping
        Name of a table -> frame; a table that one side lacks counts as empty.
    """
    return [
        _compared(before.get(name), after.get(name), spec)
        for name, spec in TABLES.items()
        if name in before or name in after
    ]


def _compared(before: pl.DataFrame | None, after: pl.DataFrame | None, spec: TableSpec) -> Difference:
    import polars as pl

    old, new = (_in_shape(frame, spec) for frame in (before, after))
    if old is None or new is None:
        gone, come = (0 if frame is None else frame.height for frame in (before, after))
        return Difference(table=spec.name, before=gone, after=come, added=come, removed=gone, changed=0)
    key = list(spec.key)
    common = old.join(new, on=key, how="inner", suffix=" new", nulls_equal=True)
    rest = [c for c in spec.columns if c not in spec.key]
    differs = {c: pl.col(c).ne_missing(pl.col(f"{c} new")) for c in rest}
    changed = common.filter(pl.any_horizontal(differs.values())) if rest else common.clear()
    return Difference(
        table=spec.name,
        before=old.height,
        after=new.height,
        added=new.join(old, on=key, how="anti", nulls_equal=True).height,
        removed=old.join(new, on=key, how="anti", nulls_equal=True).height,
        changed=changed.height,
        columns=tuple(c for c, expression in differs.items() if changed.filter(expression).height),
    )


def _in_shape(frame: pl.DataFrame | None, spec: TableSpec) -> pl.DataFrame | None:
    """The frame as specified; None where it is missing or has other columns (an older layout)."""
    if frame is None or set(frame.columns) != set(spec.columns):
        return None
    return conform(frame, spec)


def vintage_of(tables: Mapping[str, pl.DataFrame]) -> str:
    """Vintage that a world of these tables has."""
    return world_vintage({name: logical_sha256(frame, TABLES[name]) for name, frame in tables.items()})
