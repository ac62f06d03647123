"""Tables of docs/reference/data-quality.md, computed from the embedded world: repairs, grades, checks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

import polars as pl

Table = Callable[[Sequence[str], Iterable[Sequence[object]]], str]
#: Years over which repairs are summed.
SPANS: Final = ((1995, 1999), (2000, 2009), (2010, 2019), (2020, 2024))


def _percent(part: float, whole: float) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "—"


def repairs(table: Table) -> str:
    """Rows and value that the repair altered or estimated, by years."""
    from pactolus import open_world

    summary = open_world().derived("repair_summary")
    rows = []
    for first, last in SPANS:
        part = summary.filter(pl.col("year").is_between(first, last))
        sums = part.select(pl.exclude("hs_code", "year").sum()).row(0, named=True)
        rows.append(
            (
                f"{first}–{last}",
                f"{sums['rows']:,}",
                _percent(sums["missing"], sums["rows"]),
                _percent(sums["estimated"], sums["rows"]),
                _percent(sums["altered"], sums["rows"]),
                _percent(sums["value_altered_usd"], sums["value_usd"]),
                _percent(sums["repaired_kg"] - sums["published_kg"], sums["published_kg"]),
            )
        )
    heads = ["years", "flows", "no weight", "estimated", "replaced", "value of replaced", "change of weight"]
    return table(heads, rows)


def grades(table: Table) -> str:
    """Grade of every mineral and stage with production, in the last year but one and the last."""
    from pactolus import open_world
    from pactolus.wording.phrases import phrase

    found = open_world().derived("grades")
    last = found["year"].max()
    assert isinstance(last, int)
    rows = []
    shown = found.filter(pl.col("year") >= last - 1, pl.col("grade").is_not_null())
    for (mineral, stage), part in shown.sort("mineral", "stage", "year").group_by(
        "mineral", "stage", maintain_order=True
    ):
        of = dict(part.select("year", "grade").iter_rows())
        now = part.row(-1, named=True)
        reasons = [phrase("en", f"grades.reason.{r}") for r in (now["reasons"] or "").split(",") if r]
        moved = "—" if now["flow_moved"] is None else f"{100 * now['flow_moved']:.1f} %"
        rows.append(
            (f"`{mineral}`", stage, of.get(last - 1, "—"), of.get(last, "—"), moved, "; ".join(reasons))
        )
    heads = ["mineral", "stage", f"{last - 1}", f"{last}", f"flow moved, {last}", f"reasons, {last}"]
    return table(heads, rows)


def checks(table: Table) -> str:
    """How many comparisons agree, and each that does not without a known reason."""
    from pactolus import open_world

    found = open_world().derived("checks")
    counts = found.group_by("check", "tolerance", "verdict").len().sort("check", "verdict")
    wide = counts.pivot("verdict", index=["check", "tolerance"], values="len").fill_null(0)
    for verdict in ("agrees", "accepted", "differs"):
        if verdict not in wide.columns:
            wide = wide.with_columns(pl.lit(0).alias(verdict))
    summary = table(
        ["check", "tolerance", "agree", "differ, reason known", "differ"],
        (
            (f"`{r['check']}`", f"{100 * r['tolerance']:.0f} %", r["agrees"], r["accepted"], r["differs"])
            for r in wide.sort("check").iter_rows(named=True)
        ),
    )
    apart = found.filter(pl.col("verdict") == "differs").sort("check", "mineral", "country")
    listed = table(
        ["check", "mineral", "stage", "country or region", "year", "first", "second", "difference"],
        (
            (
                f"`{r['check']}`",
                f"`{r['mineral']}`",
                r["stage"],
                r["country"],
                r["year"],
                _amount(r["first"]),
                _amount(r["second"]),
                f"{100 * r['difference']:+.0f} %",
            )
            for r in apart.iter_rows(named=True)
        ),
    )
    return f"{summary}\n\n{listed}"


def exceptions(table: Table) -> str:
    """The accepted exceptions with their reasons."""
    from pactolus.network.checks import known_exceptions

    rows = (
        (f"`{e.id}`", f"`{e.check}`", f"`{e.mineral}`", e.country, e.reason, e.reference)
        for e in known_exceptions()
    )
    return table(["id", "check", "mineral", "country or region", "reason", "where it can be seen"], rows)


def _amount(value: float) -> str:
    """Tonnes of production, or a share."""
    return f"{value:.1%}".replace("%", " %") if abs(value) <= 1 else f"{value / 1000:,.0f} t"
