"""Gains of pooling as ranges: the rows of ``pactolus stockpile pool``, whose paths take minutes to play."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from pactolus.catalogue.origins import Claim, Figure, Term
from pactolus.errors import DataError
from pactolus.reports.agenda.pack import Pack
from pactolus.reports.document import Block, Cell, Column, Section, Table
from pactolus.reports.sections import quantities as q
from pactolus.reports.sections.words import item_term, phrase_term

__all__ = ["read_pooled", "section"]

#: Columns that the file must have, as that command writes them.
NEEDED: Final = (
    *("mineral", "stage", "members", "year", "counterfactual", "arrangement"),
    *("gain_low", "gain", "gain_high", "method"),
)
#: Counterfactuals and arrangements in the order of the table -> their phrases.
SHOWN: Final = {
    ("optimal alone", "pool"): "pool",
    ("optimal alone", "loans"): "loans",
    ("optimal alone", "loans, free lots"): "loans_free",
    ("day rules", "loans"): "loans",
    ("day rules", "loans, free lots"): "loans_free",
}
_RAW: Final = "agenda-pooling-rows"


def read_pooled(file: Path) -> pl.DataFrame:
    """Rows that ``pactolus stockpile pool --out FILE.csv`` wrote.

    Raises
    ------
    DataError
        If the file cannot be read, or is not of that command.
    """
    try:
        found = pl.read_csv(file, infer_schema_length=0)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise DataError(
            f"{file}: cannot be read ({error}); give the CSV of pactolus stockpile pool"
        ) from error
    lacking = [name for name in NEEDED if name not in found.columns]
    if lacking:
        raise DataError(
            f"{file}: no column {', '.join(lacking)}; write it with pactolus stockpile pool --table range "
            "--out FILE.csv"
        )
    try:
        return found.with_columns(pl.col("gain_low", "gain", "gain_high").cast(pl.Float64))
    except pl.exceptions.PolarsError as error:
        raise DataError(f"{file}: a gain is no number; write the file again") from error


def section(pack: Pack) -> Section:
    """Every item of these members in the file, against both counterfactuals."""
    title = "agenda.pooling.title"
    rows = _rows(pack)
    if not rows.height:
        said = "agenda.pooling.not_given" if pack.pooled is None else "agenda.pooling.other"
        return Section(id="agenda-pooling", title=title, blocks=(Claim(key=said, terms=pack.of("members")),))
    items = rows.select("mineral", "stage").unique().height
    count = Figure(value=items, unit="count", steps=(q.SET,))
    blocks: list[Block] = [
        Claim(key="agenda.pooling.lead", figures={"count": count}, terms=pack.of("members")),
        _table(rows),
        _raw(rows),
    ]
    return Section(id="agenda-pooling", title=title, blocks=tuple(blocks))


def _rows(pack: Pack) -> pl.DataFrame:
    if pack.pooled is None:
        return pl.DataFrame()
    wanted = set(pack.basis.members)
    frame = pack.pooled.with_row_index("number")
    return frame.filter(
        pl.col("members").map_elements(lambda text: set(text.split("+")) == wanted, return_dtype=pl.Boolean)
    )


def _table(rows: pl.DataFrame) -> Table:
    found: list[tuple[Cell, ...]] = []
    order = list(SHOWN)
    told = [row for row in rows.iter_rows(named=True) if (row["counterfactual"], row["arrangement"]) in order]
    told.sort(key=lambda r: (r["mineral"], r["stage"], order.index((r["counterfactual"], r["arrangement"]))))
    for row in told:
        if row["gain"] is None:
            continue
        gain = Figure(
            value=row["gain"],
            unit="share",
            digits=0,
            low=row["gain_low"],
            high=row["gain_high"],
            table=f"brief:{_RAW}",
            rows={"number": str(row["number"])},
            steps=("take gain",),
        )
        key = "alone" if row["counterfactual"] == "optimal alone" else "rules"
        arrangement = SHOWN[row["counterfactual"], row["arrangement"]]
        found.append(
            (
                item_term((row["mineral"], row["stage"])),
                phrase_term(f"agenda.pooling.against.{key}"),
                phrase_term(f"agenda.pooling.by.{arrangement}"),
                gain,
            )
        )
    columns = ("pool_item", "against", "by", "gain")
    return Table(
        id="agenda-pooling",
        title="agenda.pooling.table",
        columns=tuple(Column(key=c, label=f"agenda.col.{c}", numeric=c == "gain") for c in columns),
        rows=tuple(found),
        notes=(Claim(key="agenda.pooling.note"),),
    )


def _raw(rows: pl.DataFrame) -> Table:
    """The rows of the file as they are, from which the figures are taken."""
    keys = ("number", *NEEDED)
    return Table(
        id=_RAW,
        title="agenda.pooling.rows",
        columns=tuple(Column(key=c, label=f"agenda.pool.{c}") for c in keys),
        rows=tuple(
            tuple(None if row[c] is None else Term("text", (f"{row[c]}",)) for c in keys)
            for row in rows.iter_rows(named=True)
        ),
        appendix=True,
    )
