"""``pactolus data diff``: what another world changes in the findings, not only in the rows."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pactolus.cli.feedback import progress_on_stderr, say
from pactolus.cli.options import Common, Faults, items
from pactolus.cli.shared import with_common_options
from pactolus.errors import OptionError

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World
    from pactolus.reports.differences import Differences

__all__ = ["diff_worlds_command"]

_PARTS = ("findings", "tables", "origins")
_WORDS = {
    "lost": "had a value, has none",
    "gained": "had none, has a value",
    "status": "another reason for no value",
    "first_supplier": "another first supplier",
    "value": "another value",
    "rank": "another rank among the minerals",
}


@with_common_options(world=False)
def diff_worlds_command(
    faults: Faults,
    options: Common,
    first: Annotated[
        str, typer.Argument(metavar="WORLD1", help="Folder of a world, or 'embedded'.", show_default=False)
    ],
    second: Annotated[
        str, typer.Argument(metavar="WORLD2", help="Folder of the other world, or 'embedded'.")
    ],
    importers: Annotated[
        str, typer.Option("--importers", metavar="LIST", help="For whom the findings are compared.")
    ] = "KOR,JPN,KOR+JPN",
    minerals: Annotated[
        str, typer.Option("--minerals", metavar="LIST", help="Ids, names or groups, or 'all'.")
    ] = "critical",
    years: Annotated[
        str | None,
        typer.Option("--years", metavar="YEARS", help="2018-2024, or the last five that both worlds have."),
    ] = None,
    methods: Annotated[
        str, typer.Option("--methods", metavar="LIST", help="Methods of 'pactolus assess'.")
    ] = "geopolrisk,hhi,top1,n-minus-1",
    part: Annotated[
        str, typer.Option("--part", metavar="|".join(_PARTS), help="What csv and json carry.")
    ] = "findings",
) -> None:
    """Compare two worlds by what they answer."""
    if part not in _PARTS:
        faults.note(OptionError(f"--part: {part!r} is none of {', '.join(_PARTS)}"))
    nothing: tuple[str, ...] = ()
    lists = {"importers": importers, "minerals": minerals, "methods": methods}
    asked = {name: faults.of(partial(items, f"--{name}", text), nothing) for name, text in lists.items()}
    worlds = [faults.of(partial(_opened, place), None) for place in (first, second)]
    faults.refuse()
    from pactolus.cli.output import write_data
    from pactolus.reports.differences import diff_worlds

    old, new = worlds
    assert old is not None
    assert new is not None
    with progress_on_stderr(quiet=options.quiet) as progress:
        found = diff_worlds(
            old,
            new,
            importers=asked["importers"],
            minerals=asked["minerals"],
            methods=asked["methods"],
            years=years,
            progress=progress,
        )
    frame = {"findings": found.findings, "tables": _tables(found), "origins": found.origins}[part]
    write_data(frame, options, as_table=lambda _, width: _report(found, width))
    if old.vintage == new.vintage:
        say("note: the two worlds hold the same facts", quiet=options.quiet)


def _opened(place: str) -> World | None:
    from pactolus.catalogue.world import open_world

    return open_world(None if place == "embedded" else Path(place))


def _tables(found: Differences) -> pl.DataFrame:
    import polars as pl

    rows = [
        (d.table, d.before, d.after, d.added, d.removed, d.changed, ", ".join(d.columns))
        for d in found.tables
        if not d.same
    ]
    names = ("before", "after", "added", "removed", "changed")
    schema = {"table": pl.String} | dict.fromkeys(names, pl.Int64) | {"columns": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _report(found: Differences, width: int | None) -> str:
    """Editions, rows and findings, a part each."""
    from pactolus.cli.tables import paragraph

    lines = [f"from {found.before[:12]} to {found.after[:12]}", ""]
    lines += ["Editions"]
    if not found.origins.height:
        lines += ["  the same"]
    for table, before, after in found.origins.iter_rows():
        lines += paragraph(f"{table}: {before or 'nothing'} -> {after or 'nothing'}", width, "  ")
    tables = _tables(found)
    lines += ["", "Rows" if tables.height else "Rows: the same in every table"]
    text = "\n".join(lines) + "\n"
    if tables.height:
        text += _laid_out(tables, width)
    total = found.findings.height
    text += f"\nFindings: {total:,} of {found.compared:,} changed\n"
    for kind in found.findings["kind"].unique(maintain_order=True):
        some = found.findings.filter(found.findings["kind"] == kind)
        text += f"\n{_WORDS[kind]} ({some.height:,})\n"
        text += _laid_out(some.drop("kind").head(20), width)
        if some.height > 20:
            text += f"... and {some.height - 20:,} more; --format csv gives all\n"
    return text


def _laid_out(frame: pl.DataFrame, width: int | None) -> str:
    from pactolus.cli.tables import TextColumn, count, digits_for, fixed, lay_out

    columns = []
    for name in frame.columns:
        cells = frame[name].to_list()
        if all(c is None for c in cells):
            continue
        if frame[name].dtype.is_float():
            digits = digits_for(cells)
            texts = [fixed(c, digits) for c in cells]
        elif name in ("before", "after") and not frame[name].dtype.is_integer():
            texts = [_short(c) for c in cells]
        elif name == "year":
            texts = [str(c) for c in cells]
        elif frame[name].dtype.is_integer():
            texts = [count(c) for c in cells]
        else:
            texts = ["" if c is None else {True: "yes", False: "no"}.get(c, str(c)) for c in cells]
        columns.append(
            TextColumn(
                name="outside the interval" if name == "beyond" else name,
                cells=texts,
                right=frame[name].dtype.is_numeric(),
                key=name in ("mineral", "stage", "importer", "year", "table"),
                main=True,
            )
        )
    return lay_out(columns, width)


def _short(text: str | None) -> str:
    """A value with four significant digits; any other word as it is."""
    try:
        return f"{float(text or ''):.4g}"
    except ValueError:
        return text or ""
