"""``pactolus assess``: indicators of supply risk, one row a number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypedDict

import typer

from pactolus.cli.feedback import say
from pactolus.cli.options import (
    Common,
    Faults,
    iso_date,
    opened,
)
from pactolus.cli.shared import with_common_options
from pactolus.errors import NoAnswerError

if TYPE_CHECKING:
    import polars as pl

__all__ = ["assess"]

_KEYS = ("id", "method", "mineral", "stage", "importer", "year", "source", "raw_material")
_TONNES = ("production_t", "import_numerator_t", "import_t")


@with_common_options()
def assess(
    faults: Faults,
    options: Common,
    importers: Annotated[
        str,
        typer.Option(
            "--importers", metavar="LIST", help="Countries, coalitions, the world: KOR,KOR+JPN,EU27,WLD."
        ),
    ] = "KOR,JPN,KOR+JPN",
    minerals: Annotated[
        str, typer.Option("--minerals", metavar="LIST", help="Minerals or groups: cobalt,battery; or all.")
    ] = "critical",
    years: Annotated[
        str | None,
        typer.Option(
            "--years", metavar="YEARS", help="2020, 2018-2024 or 2018,2020-2022; the last one if omitted."
        ),
    ] = None,
    methods: Annotated[
        str, typer.Option("--methods", metavar="LIST", help="Methods: geopolrisk,hhi,top1 ...; or all.")
    ] = "geopolrisk",
    stages: Annotated[
        str | None, typer.Option("--stages", metavar="LIST", help="Keep only these stages: ore,refined.")
    ] = None,
    convention: Annotated[
        str | None,
        typer.Option("--convention", metavar="NAME", help="Follow a published program: geopolrisk-py-2.0.1."),
    ] = None,
    detail: Annotated[
        bool, typer.Option("--detail", help="Add the id, the source, its own names, and every step.")
    ] = False,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of", metavar="DATE", help="Day of dated memberships and of the age of tables: 2026-11-01."
        ),
    ] = None,
) -> None:
    """Check the question, ask `pactolus.indicators.assess`, and write its rows."""
    day = None if as_of is None else faults.of(lambda: iso_date("--as-of", as_of), None)
    words: _Words = {
        "importers": importers,
        "minerals": minerals,
        "years": years,
        "methods": methods,
        "stages": stages,
        "convention": convention,
    }
    source = faults.of(lambda: opened(options), None)
    if source is None or faults:
        faults.of(lambda: _look_over(words), None)
    faults.refuse()
    assert source is not None
    from pactolus.cli.output import write_data
    from pactolus.indicators.assess import assess as compute

    frame = compute(source, **words, detail=detail, as_of=day)
    write_data(frame, options, as_table=_as_table)
    _account(frame, quiet=options.quiet)


class _Words(TypedDict):
    """The question as it was typed."""

    importers: str
    minerals: str
    years: str | None
    methods: str
    stages: str | None
    convention: str | None


def _look_over(words: _Words) -> None:
    """Find the faults of a question that is not computed because of other faults."""
    from pactolus.indicators.request import make_request

    make_request(
        importers=words["importers"],
        minerals_=words["minerals"],
        years="2000" if words["years"] is None else words["years"],
        methods=words["methods"],
        stages=words["stages"],
        convention=words["convention"],
        first_year=1900,
        last_year=2100,
        last_trade_year=2100,
    )


def _account(frame: pl.DataFrame, *, quiet: bool) -> None:
    """Say how many rows have no value and why; without any value there is no answer."""
    from pactolus.terms.statuses import status_meaning

    reasons = dict(frame["status"].value_counts(sort=True).iter_rows())
    values = reasons.pop("ok", 0)
    told = [f"{number:,} {status}: {status_meaning(status, 'en')}" for status, number in reasons.items()]
    if not values:
        raise NoAnswerError("\n".join([f"no value in {frame.height:,} rows", *told]))
    if told:
        head = f"note: {frame.height:,} rows, {values:,} with a value"
        say("\n".join([head, *(f"  {line}" for line in told)]), quiet=quiet)


def _as_table(frame: pl.DataFrame, width: int | None) -> str:
    """The rows for a reader: one column for the value or the reason why there is none."""
    from pactolus.cli.tables import TextColumn, count, lay_out

    columns = []
    for name in frame.columns:
        if name == "status":
            continue
        cells = frame[name].to_list()
        if name in ("value", "low", "high"):
            columns.append(
                TextColumn(name=name, cells=_numbers(frame, name), right=True, main=name == "value")
            )
        elif name in ("suppliers", "total"):
            columns.append(TextColumn(name=name, cells=[count(c) for c in cells], right=True))
        elif frame[name].dtype.is_float():
            columns.append(TextColumn(name=name, cells=_plain(name, cells), right=True))
        else:
            text = ["" if c is None else str(c) for c in cells]
            if name == "vintage":
                text = [c[:12] for c in text]
            columns.append(TextColumn(name=name, cells=text, key=name in _KEYS, footnote=name == "note"))
    return lay_out(columns, width)


def _plain(name: str, cells: list[float | None]) -> list[str]:
    from pactolus.cli.tables import digits_for, fixed

    digits = 0 if name in _TONNES else digits_for(cells)
    return [fixed(c, digits) for c in cells]


def _numbers(frame: pl.DataFrame, name: str) -> list[str]:
    """Values with the same decimals for the same unit, and the status in words where there is none."""
    import polars as pl

    from pactolus.cli.tables import digits_for, fixed
    from pactolus.terms.statuses import status_name

    largest = frame.group_by("unit").agg(
        pl.max_horizontal(pl.col("value", "high").abs().max()).alias("largest")
    )
    digits = {unit: digits_for([most]) for unit, most in largest.iter_rows()}
    cells = []
    for unit, status, value in frame.select("unit", "status", name).iter_rows():
        if name == "value" and status != "ok":
            word = status_name(status, "en")
            cells.append(word if "data" in word or status == "not_applicable" else f"no data: {word}")
        else:
            cells.append(fixed(value, digits[unit]))
    return cells
