"""What a build keeps: the publishers' bytes, and the tidy tables that were read from them.

::

    <out>/sources/<sha256>/<name>                                  the bytes: a copy, for reading only
    <out>/tidy/<sha256>-<kind>-<version>-<context>/<part>/         tables as Parquet, findings as JSON

A part appears whole or not at all, so that a build that was stopped goes on with what is there. `context` is
a checksum of all else that a reader goes by: its code, the lists of names, the concordance of editions.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import shutil
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pactolus.catalogue.build.plan import SOURCES, TIDY
from pactolus.catalogue.readers.kinds import reader
from pactolus.catalogue.reading.findings import Finding, Findings
from pactolus.errors import OutputError
from pactolus.runs.files import sha256_of, write_bytes, write_text

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Part", "context_of", "keep", "load", "place_of", "store"]

_RECORD: Final = "part.json"


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of a file as it was read: where its tables lie, and what was found."""

    folder: Path
    tables: Mapping[str, int]
    """Table -> rows."""
    findings: Findings

    def frame(self, table: str) -> pl.DataFrame:
        """One of its tables."""
        import polars as pl

        return pl.read_parquet(self.folder / f"{table}.parquet")


def keep(out: Path, file: Path, sha256: str, beside: Path) -> Path:
    """Keep the bytes of a file under its checksum, and return the kept file.

    Parameters
    ----------
    out : path
        Folder of the build.
    file : path
    sha256 : str
        Checksum of its bytes.
    beside : path
        A folder on the same file system for what is not yet whole.

    Raises
    ------
    OutputError
        If the bytes cannot be kept.
    """
    kept = out / SOURCES / sha256 / file.name
    try:
        if kept.is_file() and _ours(kept, file) and sha256_of(kept) == sha256:
            return kept
        new = beside / f"{sha256[:16]}.bytes"
        shutil.copyfile(file, new)
        kept.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(OSError):
            new.chmod(0o444)
        new.replace(kept)
    except OSError as error:
        raise OutputError(
            f"{kept}: {file.name} cannot be kept ({error.strerror or error}); choose another place with --out"
        ) from error
    return kept


def _ours(kept: Path, file: Path) -> bool:
    """Whether the kept file is one of its own: editing the original in place does not change it."""
    return kept == file or not kept.samefile(file)


def place_of(out: Path, sha256: str, kind: str, context: str, part: str) -> Path:
    """Folder of one part of a file."""
    version = reader(kind).KIND.version
    mark = hashlib.sha256(part.encode()).hexdigest()[:12]
    return out / TIDY / f"{sha256}-{kind}-{version}-{context}" / mark


@cache
def _code_and_lists() -> str:
    """Checksum of the code of the readers, of the reading room, and of the lists that they go by."""
    house = Path(__file__).parents[2]
    rooms = [house / "catalogue" / name for name in ("readers", "reading")]
    files = [file for room in rooms for end in ("*.py", "*.csv") for file in room.glob(end)]
    files += [*(house / "terms").glob("compiled/*.json")]
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def context_of(kind: str, names: Mapping[str, str]) -> str:
    """Ten hex digits that change with whatever a reader goes by besides the file and its version."""
    user = json.dumps(sorted(names.items()), ensure_ascii=False)
    return hashlib.sha256((_code_and_lists() + user).encode()).hexdigest()[:10]


def store(folder: Path, new: Path, tables: Mapping[str, pl.DataFrame], findings: Findings) -> Part:
    """Store one part whole in `folder`, by way of the empty folder `new` on the same file system.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    record: dict[str, Any] = {"tables": {}, **_plain(findings)}
    for table, frame in tables.items():
        buffer = io.BytesIO()
        frame.write_parquet(buffer, compression="zstd", compression_level=3)
        content = buffer.getvalue()
        write_bytes(new / f"{table}.parquet", content)
        record["tables"][table] = {"rows": frame.height, "sha256": hashlib.sha256(content).hexdigest()}
    write_text(new / _RECORD, json.dumps(record, ensure_ascii=False, indent=1) + "\n")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        try:
            new.rename(folder)
        except OSError:
            if load(folder, findings.file, findings.accepted) is None:
                # What stands there is spoilt, or was read under other conditions: it makes room.
                shutil.rmtree(folder, ignore_errors=True)
                new.rename(folder)
    except OSError as error:
        raise OutputError(
            f"{folder}: cannot be written ({error.strerror or error}); choose another place with --out"
        ) from error
    return Part(folder=folder, tables={t: f.height for t, f in tables.items()}, findings=findings)


def load(folder: Path, file: str, accepted: Collection[str]) -> Part | None:
    """A stored part; None where there is none, it is spoilt, or the user no longer accepts what it holds."""
    try:
        record = json.loads((folder / _RECORD).read_text(encoding="utf-8"))
        for table, told in record["tables"].items():
            if sha256_of(folder / f"{table}.parquet") != told["sha256"]:
                return None
        findings = _findings(record, file, accepted)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    if findings.refusals:
        return None
    rows = {table: int(told["rows"]) for table, told in record["tables"].items()}
    return Part(folder=folder, tables=rows, findings=findings)


def _plain(findings: Findings) -> dict[str, Any]:
    return {
        "findings": [[f.kind, f.weight, f.place, f.found, f.mend] for f in findings.kept],
        "counts": [[weight, kind, n] for (weight, kind), n in findings.counts.items()],
    }


def _findings(record: Mapping[str, Any], file: str, accepted: Collection[str]) -> Findings:
    kept = [
        Finding(file=file, kind=kind, weight=weight, place=place, found=found, mend=mend)
        for kind, weight, place, found, mend in record["findings"]
    ]
    return Findings(
        file=file,
        accepted=accepted,
        kept=kept,
        counts=Counter({(weight, kind): int(n) for weight, kind, n in record["counts"]}),
        used={f.id for f in kept if f.weight == "doubted" and f.id in accepted},
    )
