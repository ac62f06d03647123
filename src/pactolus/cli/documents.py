"""Writing a document: rendered in each language and format, replaced as one set, with its manifest."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pactolus.cli.feedback import progress_on_stderr, say
from pactolus.cli.options import Common, Faults
from pactolus.errors import OptionError
from pactolus.runs.files import replace_files, writing_folder
from pactolus.runs.manifest import RunManifest
from pactolus.runs.progress import Progress, part

if TYPE_CHECKING:
    import polars as pl

    from pactolus.reports.document import Brief

__all__ = ["FORMATS", "LANGUAGES", "SLIPS", "Question", "hand_over", "members_of", "write"]

LANGUAGES = ("en", "ko", "ja")
FORMATS = ("html", "pdf", "xlsx")
SLIPS = {"kr": "ko", "kor": "ko", "korean": "ko", "jp": "ja", "jpn": "ja", "japanese": "ja", "eng": "en"}
#: Steps of the progress that stand for building the document; each file is one more.
_BUILDING = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the command line asks for, as values."""

    name: str = "brief"
    """Beginning of every file name."""
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
        return "-".join((self.name, *self.members))

    @property
    def manifest(self) -> str:
        """File name of the manifest."""
        return f"{self.stem}.manifest.json"

    def file(self, language: str, format_name: str) -> str:
        """File name of one rendering."""
        return f"{self.stem}.{language}.{format_name}"


def members_of(texts: Sequence[str], *, example: str = "pactolus brief KOR JPN") -> tuple[str, ...]:
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
        raise OptionError(f"members: a joint brief needs at least two, such as: {example}")
    return tuple(one.id for one in found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rendering:
    """One file to render; picklable, for it may be done in another process."""

    document: Brief
    language: str
    format: str
    path: Path


def write(build: Callable[[Progress], Brief], question: Question, options: Common) -> list[str]:
    """Build, render and replace the set; the names of its files."""
    names = [question.file(language, f) for language in question.languages for f in question.formats]
    names.append(question.manifest)
    replaced = [name for name in names if (question.folder / name).exists()]
    if replaced:
        say(f"will replace in {question.folder}: {', '.join(replaced)}", quiet=options.quiet)
    steps = _BUILDING + len(names)
    with progress_on_stderr(quiet=options.quiet) as progress:
        document = build(_told(part(progress, 0, _BUILDING, steps)))
        with writing_folder(question.folder, question.stem) as beside:
            _render(document, question, beside, part(progress, _BUILDING, len(names) - 1, steps))
            (beside / question.manifest).write_bytes(_manifest(document, question, options))
            replace_files(beside, question.folder, names)
        progress("all files in place", steps, steps)
    return names


def _told(progress: Progress) -> Progress:
    def told(what: str, done: int, total: int, /) -> None:
        progress(f"writing: {what}", done, total)

    return told


def _render(document: Brief, question: Question, folder: Path, progress: Progress) -> None:
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


def _manifest(document: Brief, question: Question, options: Common) -> bytes:
    """The manifest as JSON: the run, and every claim of the document."""
    from pactolus.reports.claims import manifest

    content: Mapping[str, Any] = manifest(document)
    run = RunManifest(
        command=question.name,
        options={"members": question.members, "year": document.year},
        seed=options.seed,
        as_of=document.as_of,
        vintage=document.vintage,
        version=document.version,
    )
    return (json.dumps({"run": run.as_dict(), **content}, ensure_ascii=False, indent=1) + "\n").encode(
        "utf-8"
    )


def hand_over(names: Sequence[str], question: Question, options: Common) -> None:
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
