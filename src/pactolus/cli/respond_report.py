"""Files of ``pactolus respond EVENT --formats ...``: the response paper in each language, and its numbers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from pactolus.cli.feedback import progress_on_stderr, say
from pactolus.cli.options import Common, Faults, chosen
from pactolus.errors import OptionError
from pactolus.runs.files import require_writable_file

if TYPE_CHECKING:
    from pactolus.catalogue.world import World
    from pactolus.reports.document import Brief
    from pactolus.response.clocks.clock import Clock
    from pactolus.response.events.event import Event
    from pactolus.response.plan.plan import ResponsePlan

__all__ = ["FORMATS", "Asked", "FormatsOption", "LangOption", "asked_report", "write_report"]

FORMATS: Final = ("html", "pdf", "xlsx", "json")
_LANGUAGES: Final = ("en", "ko", "ja")

FormatsOption = Annotated[
    str | None,
    typer.Option(
        "--formats",
        metavar="LIST",
        help="Write the response paper to the folder --out: " + ", ".join(FORMATS) + ".",
    ),
]
LangOption = Annotated[str, typer.Option("--lang", metavar="LIST", help="Languages of the paper.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be written."""

    formats: tuple[str, ...]
    languages: tuple[str, ...]
    folder: Path


def asked_report(faults: Faults, formats: str | None, lang: str, out: Path | None) -> Asked | None:
    """Options of the paper, checked; None where no paper is asked for."""
    if formats is None:
        if lang != ",".join(_LANGUAGES):
            faults.note(OptionError("--lang: is for the paper; give --formats html,pdf,xlsx,json too"))
        if out is not None:
            faults.of(lambda: require_writable_file(out), None)
        return None
    asked = Asked(
        formats=faults.of(lambda: chosen("--formats", "format", formats, FORMATS), ()),
        languages=faults.of(lambda: chosen("--lang", "language", lang, _LANGUAGES), ()),
        folder=Path("out") if out is None else out,
    )
    if asked.folder.is_file():
        faults.note(OptionError(f"--out: {asked.folder} is a file; a paper is several files, give a folder"))
    return asked


def write_report(
    world: World,
    event: Event,
    plan: ResponsePlan,
    asked: Asked,
    options: Common,
    *,
    as_of: date,
    clocks: Sequence[Clock] = (),
) -> None:
    """Build the paper once, render it in each language, and put all files in place as one set."""
    from pactolus.reports.paper.build import build_paper
    from pactolus.response.events.dues import event_dues
    from pactolus.runs.files import replace_files, writing_folder

    dues = event_dues(event, as_of, more=clocks)
    paper = build_paper(world, event, plan, dues, as_of=as_of, seed=options.seed)
    shown = [f for f in asked.formats if f != "json"]
    names = [f"{paper.stem}.{language}.{f}" for language in asked.languages for f in shown]
    names += [f"{paper.stem}.json"] if "json" in asked.formats else []
    if not plan.label.is_open:
        say(f"label of these files: {plan.label}; it stands on every page", quiet=False)
    with progress_on_stderr(quiet=options.quiet) as progress:
        with writing_folder(asked.folder, paper.stem) as beside:
            for done, name in enumerate(names):
                progress(f"writing {name}", done, len(names))
                (beside / name).write_bytes(_content(paper, plan, name, options))
            replace_files(beside, asked.folder, names)
        progress("all files in place", len(names), len(names))
    _hand_over([asked.folder / name for name in names], options)


def _content(paper: Brief, plan: ResponsePlan, name: str, options: Common) -> bytes:
    *_, language, kind = name.split(".")
    if kind == "pdf":
        from pactolus.reports.pdf import render_pdf

        return render_pdf(paper, language)
    if kind == "html":
        from pactolus.reports.html import render_html

        return render_html(paper, language).encode("utf-8")
    if kind == "xlsx":
        from pactolus.reports.xlsx import render_xlsx

        return render_xlsx(paper, language)
    return _record(paper, plan, options)


def _record(paper: Brief, plan: ResponsePlan, options: Common) -> bytes:
    """Run, label, every number with its trail, and the plan's tables."""
    from pactolus.reports.paper.build import paper_record
    from pactolus.runs.manifest import RunManifest

    run = RunManifest(
        command="respond",
        options={"event": paper.stem.removeprefix("response-"), "year": paper.year},
        seed=options.seed,
        as_of=paper.as_of,
        vintage=paper.vintage,
        version=paper.version,
    )
    record = {"run": run.as_dict(), **paper_record(paper, plan)}
    return (json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode("utf-8")


def _hand_over(paths: Sequence[Path], options: Common) -> None:
    """The list of files on stdout."""
    import polars as pl

    from pactolus.cli.output import write_data
    from pactolus.cli.tables import TextColumn, fixed, lay_out
    from pactolus.runs.files import sha256_of

    frame = pl.DataFrame(
        {
            "file": [str(path) for path in paths],
            "bytes": [path.stat().st_size for path in paths],
            "sha256": [sha256_of(path) for path in paths],
        }
    )

    def as_table(frame: pl.DataFrame, _width: int | None) -> str:
        sizes = [fixed(size / 1000, 0) for size in frame["bytes"]]
        columns = [
            TextColumn(name="file", cells=frame["file"].to_list(), key=True),
            TextColumn(name="kB", cells=sizes, right=True),
        ]
        return lay_out(columns, None)

    write_data(frame, replace(options, out=None), as_table=as_table)
