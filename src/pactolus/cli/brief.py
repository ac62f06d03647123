"""``pactolus brief KOR JPN``: one run, three languages, three formats, and the manifest of every number."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pactolus.cli.feedback import progress_on_stderr, say
from pactolus.cli.options import (
    Common,
    Faults,
    FormatOption,
    QuietOption,
    SeedOption,
    VerboseOption,
    WorldOption,
    chosen,
    common,
    iso_date,
    opened,
    whole,
)
from pactolus.errors import OptionError
from pactolus.runs.files import replace_files, writing_folder
from pactolus.runs.manifest import RunManifest, as_of_today
from pactolus.runs.progress import Progress, part

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World
    from pactolus.reports.document import Brief

__all__ = ["FORMATS", "LANGUAGES", "brief"]

LANGUAGES = ("en", "ko", "ja")
FORMATS = ("html", "pdf", "xlsx")
_SLIPS = {"kr": "ko", "kor": "ko", "korean": "ko", "jp": "ja", "jpn": "ja", "japanese": "ja", "eng": "en"}
#: Steps of the progress that stand for building the document; each file is one more.
_BUILDING = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """What the command line asks for, as values."""

    members: tuple[str, ...]
    languages: tuple[str, ...]
    formats: tuple[str, ...]
    as_of: date
    year: int | None
    workers: int
    folder: Path

    @property
    def stem(self) -> str:
        """Beginning of every file name."""
        return "-".join(("brief", *self.members))

    @property
    def manifest(self) -> str:
        """File name of the manifest."""
        return f"{self.stem}.manifest.json"

    def file(self, language: str, format_name: str) -> str:
        """File name of one rendering."""
        return f"{self.stem}.{language}.{format_name}"


def brief(
    members: Annotated[
        list[str], typer.Argument(metavar="MEMBER", help="Two or more countries or coalitions: KOR JPN.")
    ],
    lang: Annotated[str, typer.Option("--lang", metavar="LIST", help="Languages.")] = "en,ko,ja",
    formats: Annotated[
        str, typer.Option("--formats", metavar="LIST", help="Formats of the files.")
    ] = "html,pdf,xlsx",
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of", metavar="DATE", help="Date on the brief; SOURCE_DATE_EPOCH or today if omitted."
        ),
    ] = None,
    year: Annotated[
        str | None,
        typer.Option("--year", metavar="YEAR", help="Year of the figures; the latest complete one."),
    ] = None,
    workers: Annotated[
        str,
        typer.Option("--workers", metavar="N", help="Processes that render; the files do not depend on it."),
    ] = "1",
    out: Annotated[str, typer.Option("--out", metavar="FOLDER", help="Folder for the files.")] = "out",
    world: WorldOption = None,
    seed: SeedOption = "0",
    format_name: FormatOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Check the question, build the document once, render it, and replace the files as one set."""
    faults = Faults()
    options = common(
        faults,
        world=world,
        seed=seed,
        format_name=format_name,
        out=out,
        quiet=quiet,
        verbose=verbose,
        folder=True,
    )
    question = _Question(
        members=faults.of(lambda: _members(members), ()),
        languages=faults.of(lambda: chosen("--lang", "language", lang, LANGUAGES, slips=_SLIPS), ()),
        formats=faults.of(lambda: chosen("--formats", "format", formats, FORMATS), ()),
        as_of=faults.of(lambda: as_of_today() if as_of is None else iso_date("--as-of", as_of), date.min),
        year=None
        if year is None
        else faults.of(lambda: whole("--year", year, at_least=1900, at_most=2100), None),
        workers=faults.of(lambda: whole("--workers", workers, at_least=1, at_most=256), 1),
        folder=Path(out),
    )
    source = faults.of(lambda: opened(options), None)
    faults.refuse()
    assert source is not None
    written = _write(source, question, options)
    _hand_over(written, question, options)


def _members(texts: Sequence[str]) -> tuple[str, ...]:
    """Ids of the members, in the order typed; all unknown ones at once."""
    from pactolus.terms.countries import Entity, entity

    faults = Faults()
    nobody = Entity(id="", kind="country", members=())
    named = [text for part in texts for text in part.split(",")]
    found = [faults.of(partial(entity, text), nobody) for text in named]
    faults.refuse()
    everyone = [iso3 for one in found for iso3 in one.members]
    repeated = sorted({iso3 for iso3 in everyone if everyone.count(iso3) > 1})
    if repeated:
        raise OptionError(f"members: {', '.join(repeated)} is named twice; name each member once")
    if any(one.kind == "world" for one in found):
        raise OptionError("members: the world is no member; name two countries or coalitions")
    if len(found) < 2:
        raise OptionError("members: a joint brief needs at least two, such as: pactolus brief KOR JPN")
    return tuple(one.id for one in found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rendering:
    """One file to render; picklable, for it may be done in another process."""

    document: Brief
    language: str
    format: str
    path: Path


def _write(world: World, question: _Question, options: Common) -> list[str]:
    """Build, render and replace the set; the names of its files."""
    names = [question.file(language, f) for language in question.languages for f in question.formats]
    names.append(question.manifest)
    replaced = [name for name in names if (question.folder / name).exists()]
    if replaced:
        say(f"will replace in {question.folder}: {', '.join(replaced)}", quiet=options.quiet)
    steps = _BUILDING + len(names)
    with progress_on_stderr(quiet=options.quiet) as progress:
        document = _build(world, question, part(progress, 0, _BUILDING, steps))
        with writing_folder(question.folder, question.stem) as beside:
            _render(document, question, beside, part(progress, _BUILDING, len(names) - 1, steps))
            (beside / question.manifest).write_bytes(_manifest(document, question, options))
            replace_files(beside, question.folder, names)
        progress("all files in place", steps, steps)
    return names


def _build(world: World, question: _Question, progress: Progress) -> Brief:
    from pactolus.reports.brief import build_brief

    def told(what: str, done: int, total: int, /) -> None:
        progress(f"writing: {what}", done, total)

    return build_brief(world, question.members, year=question.year, as_of=question.as_of, progress=told)


def _render(document: Brief, question: _Question, folder: Path, progress: Progress) -> None:
    from pactolus.runs.executor import spread

    tasks = [
        _Rendering(document=document, language=language, format=f, path=folder / question.file(language, f))
        for f in sorted(question.formats, key=("pdf", "html", "xlsx").index)  # the longest work first
        for language in question.languages
    ]
    spread(
        _render_one,
        tasks,
        workers=question.workers,
        named=lambda task: f"rendered {task.path.name}",
        progress=progress,
    )


def _render_one(task: _Rendering) -> None:
    content = _RENDERERS[task.format](task.document, task.language)
    task.path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))


def _html(document: Brief, language: str) -> str | bytes:
    from pactolus.reports.html import render_html

    return render_html(document, language)


def _pdf(document: Brief, language: str) -> str | bytes:
    from pactolus.reports.pdf import render_pdf

    return render_pdf(document, language)


def _xlsx(document: Brief, language: str) -> str | bytes:
    from pactolus.reports.xlsx import render_xlsx

    return render_xlsx(document, language)


_RENDERERS = {"html": _html, "pdf": _pdf, "xlsx": _xlsx}


def _manifest(document: Brief, question: _Question, options: Common) -> bytes:
    """The manifest as JSON: the run, and every claim of the document."""
    from pactolus.reports.claims import manifest

    content: Mapping[str, Any] = manifest(document)
    run = RunManifest(
        command="brief",
        options={"members": question.members, "year": document.year},
        seed=options.seed,
        as_of=document.as_of,
        vintage=document.vintage,
        version=document.version,
    )
    return (json.dumps({"run": run.as_dict(), **content}, ensure_ascii=False, indent=1) + "\n").encode(
        "utf-8"
    )


def _hand_over(names: Sequence[str], question: _Question, options: Common) -> None:
    """Print the list of files, and name on stderr what an earlier run left beside them."""
    import polars as pl

    from pactolus.cli.output import write_data
    from pactolus.runs.files import sha256_of

    paths = [question.folder / name for name in names]
    frame = pl.DataFrame(
        {
            "file": [str(path) for path in paths],
            "language": [_language(path) for path in paths],
            "format": [path.suffix[1:] for path in paths],
            "bytes": [path.stat().st_size for path in paths],
            "sha256": [sha256_of(path) for path in paths],
        },
        schema={
            "file": pl.String,
            "language": pl.String,
            "format": pl.String,
            "bytes": pl.Int64,
            "sha256": pl.String,
        },
    )
    write_data(frame, replace(options, out=None), as_table=_as_table)
    left = sorted(p.name for p in question.folder.glob(f"{question.stem}.*") if p.name not in names)
    if left:
        say(f"note: left from an earlier run, not part of this set: {', '.join(left)}", quiet=options.quiet)


def _language(path: Path) -> str | None:
    code = path.suffixes[-2][1:] if len(path.suffixes) > 1 else ""
    return code if code in LANGUAGES else None


def _as_table(frame: pl.DataFrame, _width: int | None) -> str:
    """Where the files lie; a path is never cut, whatever the width."""
    from pactolus.cli.tables import TextColumn, fixed, lay_out

    return lay_out(
        [
            TextColumn(name="file", cells=frame["file"].to_list(), key=True),
            TextColumn(name="kB", cells=[fixed(b / 1000, 0) for b in frame["bytes"]], right=True),
        ],
        None,
    )
