"""By-products that are lost with the metal they come with: supply potential, not trade.

    lost_c  between  output_c x share_low x cut_low_c  and  output_c x share_high x cut_high_c

`output_c` is what country c makes of the by-product, `share` the part of it that comes with the host, `cut_c`
the part of the host's processing that is lost there. Where only a small part of what the host holds is
extracted, plants limit supply and not the host: the low end is then nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from csv import DictReader
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import DataError, NoAnswerError
from pactolus.network.content import production_content
from pactolus.terms.minerals import mineral as mineral_of

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World

__all__ = ["COLUMNS", "LABEL", "Share", "byproduct_cut", "shares_of"]

#: What a row is about; to be printed wherever one is.
LABEL: Final = "supply potential, not trade"
COLUMNS: Final = (
    "host",
    "byproduct",
    "country",
    "year",
    "stage",
    "output_t",
    "share_low",
    "share_high",
    "cut_low",
    "cut_high",
    "lost_low_t",
    "lost_high_t",
    "world_low",
    "world_high",
    "status",
)
#: Below this part of what the host holds, plants limit supply and not the host.
_HELD: Final = 0.5
_KG: Final = 1000.0

#: Part of the host's processing that is lost: one number, or low, (mid) and high.
Cut = float | Sequence[float]


@dataclass(frozen=True, kw_only=True)
class Share:
    """How much of a by-product comes with a host.

    Attributes
    ----------
    host, byproduct : str
        Mineral ids; bauxite stands for its refining to alumina.
    low, high : float
        Part of the by-product's supply that comes with the host; wide where the source has words only.
    extracted : float or None
        Part of what the host holds that is won, where a source says so.
    words : str
        What the source says, shortened.
    links : tuple of str
        Ids of `pactolus.terms.links.byproduct_links`.
    title, reference, read_on, note : str
    """

    host: str
    byproduct: str
    low: float
    high: float
    extracted: float | None
    words: str
    links: tuple[str, ...]
    title: str
    reference: str
    read_on: str
    note: str

    @property
    def plants_limit(self) -> bool:
        """Whether a host that makes less need not mean less of the by-product."""
        return self.extracted is not None and self.extracted < _HELD


@cache
def _shares() -> tuple[Share, ...]:
    file = Path(__file__).parents[1] / "data" / "byproducts.csv"
    with file.open(encoding="utf-8", newline="") as rows:
        return tuple(
            Share(
                host=row["host"],
                byproduct=row["byproduct"],
                low=float(row["share_low"]),
                high=float(row["share_high"]),
                extracted=float(row["extracted"]) if row["extracted"] else None,
                words=row["words"],
                links=tuple(row["links"].split(";")),
                title=row["title"],
                reference=row["reference"],
                read_on=row["read_on"],
                note=row["note"],
            )
            for row in DictReader(rows)
        )


def shares_of(host: str) -> tuple[Share, ...]:
    """By-products of a host whose link was read at a source.

    Raises
    ------
    UnknownTermError
        If no mineral has that name.

    Examples
    --------
    >>> [one.byproduct for one in shares_of("zinc")]
    ['gallium', 'germanium', 'indium', 'cadmium']
    """
    identity = mineral_of(host).id
    return tuple(one for one in _shares() if one.host == identity)


def byproduct_cut(world: World, host: str, cuts: Mapping[str, Cut], mineral: str, year: int) -> pl.DataFrame:
    """What is lost of a by-product where the processing of its host is cut.

    Parameters
    ----------
    world : World
    host : str
        Mineral whose processing is cut, by any of its names.
    cuts : mapping of str to float or sequence of float
        Country -> part of the host's processing that is lost there, or its low and high end (and a middle,
        which is not used): `Chained.cut_shares` gives that.
    mineral : str
        The by-product.
    year : int
        Of its output.

    Returns
    -------
    polars.DataFrame
        `COLUMNS`, one row a country of `cuts` and one for the world (``WLD``), which holds those that are
        ``ok``. `world_low` and `world_high` are the losses as a part of the output that is told for that
        year. A country without a figure is ``no_production_data`` and empty, not nothing.

    Raises
    ------
    NoAnswerError
        If no source was read that the mineral comes with the host.
    DataError
        If a cut lies outside 0 to 1, all at once.
    """
    import polars as pl

    share = _share_of(host, mineral)
    ends = _ends(cuts)
    stage, output, world_t = _output(world, share.byproduct, year)
    head = {"host": share.host, "byproduct": share.byproduct, "year": year, "stage": stage}
    head |= {"share_low": 0.0 if share.plants_limit else share.low, "share_high": share.high}
    rows: list[dict[str, Any]] = []
    for country, (low, high) in sorted(ends.items()):
        row = head | {"country": country, "cut_low": low, "cut_high": high}
        made = output.get(country)
        rows.append(row | _lost(row, made, world_t))
    known = [row for row in rows if row["status"] == "ok"]
    total = head | {"country": "WLD", "output_t": world_t}
    if known:
        sums = {name: sum(row[name] for row in known) for name in ("lost_low_t", "lost_high_t")}
        total |= sums | _of_world(sums, world_t) | {"status": "ok"}
    else:
        total |= {"status": "no_production_data"}
    return pl.DataFrame(
        [{name: row.get(name) for name in COLUMNS} for row in (*rows, total)], schema=_schema()
    )


def _lost(row: Mapping[str, Any], made: float | None, world_t: float | None) -> dict[str, Any]:
    if made is None:
        return {"status": "no_production_data"}
    lost = {
        "lost_low_t": made * row["share_low"] * row["cut_low"],
        "lost_high_t": made * row["share_high"] * row["cut_high"],
    }
    return {"output_t": made, "status": "ok"} | lost | _of_world(lost, world_t)


def _of_world(lost: Mapping[str, float], world_t: float | None) -> dict[str, float]:
    if not world_t:
        return {}
    return {f"world_{end}": lost[f"lost_{end}_t"] / world_t for end in ("low", "high")}


def _share_of(host: str, mineral: str) -> Share:
    name = mineral_of(mineral).id
    known = shares_of(host)
    found = [one for one in known if one.byproduct == name]
    if not found:
        others = ", ".join(one.byproduct for one in known) or "nothing"
        raise NoAnswerError(
            f"{name}: no source was read that it comes with {mineral_of(host).id}; what does: {others}"
        )
    return found[0]


def _ends(cuts: Mapping[str, Cut]) -> dict[str, tuple[float, float]]:
    found, faults = {}, []
    for country, cut in cuts.items():
        numbers = [float(n) for n in cut] if isinstance(cut, Sequence) else [float(cut)]
        if not numbers or numbers != sorted(numbers) or not 0 <= numbers[0] <= numbers[-1] <= 1:
            faults.append(
                f"cuts: {country} has {cut}; give a part that is lost, or low and high, within 0 to 1"
            )
        else:
            found[country] = (numbers[0], numbers[-1])
    if faults:
        raise DataError("\n".join(faults))
    return found


def _output(world: World, name: str, year: int) -> tuple[str | None, dict[str, float], float | None]:
    """Stage, output by country and told world output of a mineral, at its most processed stage. [t]"""
    import polars as pl

    rows = world.scan("production").filter(pl.col("mineral") == name, pl.col("year") == year)
    told = production_content(rows).filter(pl.col("production_kg").is_not_null())
    for stage in ("refined", "mixed", "intermediate", "ore"):
        part = told.filter(pl.col("stage") == stage).sort("country")
        if part.height:
            made = {country: kg / _KG for country, kg in part.select("country", "production_kg").iter_rows()}
            return stage, {c: t for c, t in made.items() if c != "OTHER"}, sum(made.values())
    return None, {}, None


def _schema() -> dict[str, Any]:
    import polars as pl

    texts = ("host", "byproduct", "country", "stage", "status")
    return {c: pl.String if c in texts else pl.Int64 if c == "year" else pl.Float64 for c in COLUMNS}
