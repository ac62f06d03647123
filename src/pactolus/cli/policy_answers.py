"""``pactolus policy trade``, ``transferable`` and ``timeline``: what a measure touches, bars, and when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pactolus.cli.feedback import say
from pactolus.cli.options import Common, Faults, chosen, opened, whole
from pactolus.cli.policy_options import (
    ABSENCE,
    ImporterOption,
    IssuerOption,
    MineralOption,
    OnOption,
    WorkspaceOption,
    country_of,
    day_of,
    issuers_of,
    minerals_of,
    register_for,
)
from pactolus.cli.shared import with_common_options
from pactolus.cli.strips import Strips
from pactolus.errors import InputError, NoAnswerError, OptionError

if TYPE_CHECKING:
    from pactolus.policy.register import Measure, Register
    from pactolus.policy.transfer import Lot

__all__ = ["timeline_command", "trade_command", "transferable_command"]

_NONE: tuple[str, ...] = ()
_LANGUAGES: tuple[str, ...] = ("en", "ko", "ja")
_LOT_COLUMNS = ("lot", "mineral", "origin", "stage", "form", "grade")
_MOST_ROWS = 24


@with_common_options()
def trade_command(
    faults: Faults,
    options: Common,
    measures: Annotated[list[str], typer.Argument(metavar="ID ...", help="Ids, as policy list prints them.")],
    importers: Annotated[
        str, typer.Option("--importers", metavar="ID[,ID]", help="Who imports.")
    ] = "KOR,JPN",
    year: Annotated[
        str | None, typer.Option("--year", metavar="YEAR", help="Year of trade; the last one if omitted.")
    ] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """One row an importer and HS92 code: an upper bound wherever the code is broader than the measure."""
    buyers = faults.of(lambda: issuers_of(importers), _NONE)
    asked = None
    if year is not None:
        asked = faults.of(lambda: whole("--year", year, at_least=1900, at_most=2100), None)
    world = faults.of(lambda: opened(options), None)
    register = register_for(workspace)
    found = [one for name in measures if (one := faults.of(partial(register.__getitem__, name), None))]
    faults.refuse()
    assert world is not None
    from pactolus.cli.output import write_data
    from pactolus.cli.tables import as_text_table
    from pactolus.policy.trade import BROADER_NOTE, trade_of_measures

    rows = trade_of_measures(world, found, buyers, asked)
    write_data(rows, options, as_table=as_text_table)
    if rows.filter(rows["broader"] != "no").height:
        say(BROADER_NOTE, quiet=options.quiet)


@with_common_options()
def transferable_command(
    faults: Faults,
    options: Common,
    to: Annotated[
        str, typer.Option("--to", metavar="ISO3", help="Who would receive it.", show_default=False)
    ],
    mineral: Annotated[str | None, typer.Option("--mineral", metavar="ID", help="Of one lot.")] = None,
    origin: Annotated[
        str | None, typer.Option("--origin", metavar="ISO3", help="Where it was mined or refined.")
    ] = None,
    stage: Annotated[str | None, typer.Option("--stage", metavar="NAME", help="ore, refined ...")] = None,
    lots: Annotated[
        str | None,
        typer.Option("--lots", metavar="FILE.csv", help=f"Many lots: {', '.join(_LOT_COLUMNS)}."),
    ] = None,
    on: OnOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """One row a lot: yes, no or unknown, and the measures that say so; no legal advice."""
    day = faults.of(lambda: day_of("--on", on), date.min)
    receiver = faults.of(lambda: country_of(to), None)
    if (mineral is None) == (lots is None):
        faults.note(OptionError("--mineral or --lots: give one lot, or a file of lots"))
    faults.refuse()
    from pactolus.policy.transfer import Lot

    if lots is None:
        assert mineral is not None
        named = [("1", Lot(mineral=mineral, origin=origin, stage=stage), "the options")]
    else:
        named = _lots(Path(lots))
    _answer(named, register_for(workspace), str(receiver), day, options)


def _answer(
    named: Sequence[tuple[str, Lot, str]], register: Register, receiver: str, day: date, options: Common
) -> None:
    from pactolus.cli.output import write_data
    from pactolus.cli.tables import as_text_table
    from pactolus.policy.transfer import TRANSFER_NOTE, transfer_rows

    frame = transfer_rows(register, named, receiver, day)
    write_data(frame, options, as_table=as_text_table)
    if frame.filter(frame["transferable"] != "yes").height:
        say(f"{TRANSFER_NOTE}. {ABSENCE}", quiet=options.quiet)


def _lots(file: Path) -> list[tuple[str, Lot, str]]:
    """Lots of a CSV file: name, lot, and place in the file."""
    import csv

    from pactolus.policy.transfer import Lot

    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file}: cannot be read as UTF-8 text ({error})") from error
    reader = csv.DictReader(text.splitlines())
    head = tuple(reader.fieldnames or ())
    missing = [c for c in _LOT_COLUMNS[:3] if c not in head]
    unknown = [c for c in head if c not in _LOT_COLUMNS]
    if missing or unknown:
        faults = [f"{file}:1: no column {c!r}; the columns are {', '.join(_LOT_COLUMNS)}" for c in missing]
        faults += [
            f"{file}:1: column {c!r} is not known; the columns are {', '.join(_LOT_COLUMNS)}" for c in unknown
        ]
        raise InputError.gathered(faults)
    found = []
    for row in reader:
        cells = {key: (value or "").strip() or None for key, value in row.items() if key}
        place = f"{file}:{reader.line_num}"
        if cells["mineral"] is None:
            raise InputError(f"{place}: no mineral; name it, or take the row out")
        lot = Lot(
            mineral=cells["mineral"],
            origin=cells["origin"],
            stage=cells.get("stage"),
            form=cells.get("form"),
            grade=cells.get("grade"),
        )
        found.append((cells["lot"] or str(reader.line_num - 1), lot, place))
    if not found:
        raise InputError(f"{file}: holds no lot; write one row a lot below the headings")
    return found


@with_common_options()
def timeline_command(
    faults: Faults,
    options: Common,
    measures: Annotated[
        list[str] | None, typer.Argument(metavar="ID ...", help="These measures; else those that fit.")
    ] = None,
    on: OnOption = None,
    importer: ImporterOption = None,
    mineral: MineralOption = None,
    issuer: IssuerOption = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="YEAR", help="First year; six years back if omitted.")
    ] = None,
    picture: Annotated[
        str | None,
        typer.Option("--picture", metavar="FILE.svg", help="Draw it, in the language of --lang."),
    ] = None,
    language: Annotated[
        str, typer.Option("--lang", metavar="en|ko|ja", help="Language of the picture.")
    ] = "en",
    workspace: WorkspaceOption = None,
) -> None:
    """One row a measure and state; with --picture also an SVG file."""
    day = faults.of(lambda: day_of("--on", on), date.min)
    buyer = faults.of(lambda: country_of(importer), None)
    names = faults.of(lambda: minerals_of(mineral), _NONE)
    by = faults.of(lambda: issuers_of(issuer), _NONE)
    lang = faults.of(lambda: chosen("--lang", "language", language, _LANGUAGES), _LANGUAGES)[0]
    first = None
    if since is not None:
        first = faults.of(lambda: whole("--since", since, at_least=1900, at_most=2100), None)
    register = register_for(workspace)
    known = [one for name in measures or [] if (one := faults.of(partial(register.__getitem__, name), None))]
    faults.refuse()
    from pactolus.policy.search import listed, span_rows

    if not measures:
        fits = listed(register, day, importer=buyer, minerals=names, issuers=by)
        known = [measure for measure, span in fits if span.state != "ended"]
    if not known:
        raise NoAnswerError(f"no measure of the register fits on {day}; {ABSENCE}")
    from pactolus.cli.output import write_data

    if picture is not None:
        _draw(known, day, first, lang, Path(picture), options)
    write_data(span_rows(known), options, as_table=Strips(day, first))


def _draw(
    measures: Sequence[Measure], day: date, first: int | None, lang: str, file: Path, options: Common
) -> None:
    from pactolus.cli.output import deliver
    from pactolus.reports.figures import draw
    from pactolus.reports.svg import render_svg
    from pactolus.reports.timelines import timeline_of

    if len(measures) > _MOST_ROWS:
        say(
            f"note: {len(measures)} measures fit; the picture shows the first {_MOST_ROWS}, so ask for fewer",
            quiet=options.quiet,
        )
    drawing = draw(timeline_of(measures[:_MOST_ROWS], day, first=first), lang, 900)
    deliver(render_svg(drawing.option, drawing.width, drawing.height).encode("utf-8"), file)
