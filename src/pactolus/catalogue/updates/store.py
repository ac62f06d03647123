"""The folder of an update: kept vintages, half downloads, refused files.

::

    FOLDER/sources.yaml                        the user's own sources and changes (optional)
    FOLDER/updates.jsonl                       the log
    FOLDER/vintages/<source>/<sha256>.<ext>    every file that was ever in force, by its checksum
    FOLDER/partial/<source>/                   what a download left half, to be gone on with
    FOLDER/refused/<source>/                   the last file that its reader refused, to be looked at

A file comes into ``vintages`` whole and read, by a rename on the same file system; the log names it after
that. A killed process leaves at most a file that no line names.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pactolus.catalogue.readers.mapping import load
from pactolus.catalogue.reading.findings import Findings
from pactolus.catalogue.updates.known import VINTAGES
from pactolus.errors import MissingExtraError, OutputError
from pactolus.runs.files import sha256_of, write_bytes

if TYPE_CHECKING:
    from pactolus.catalogue.updates.sources import Source

__all__ = ["adopt", "candidate", "data_beside", "discard", "partial", "put_aside", "sweep_halves"]

_PARTIAL: Final = "partial"
_REFUSED: Final = "refused"
_NEW: Final = "new"


def partial(folder: Path, source: str) -> Path:
    """Where a download of a source is gathered."""
    return folder / _PARTIAL / source / "download"


def candidate(folder: Path, source: Source, data: Path, suffix: str) -> Path:
    """A copy of a file under the name that it will have, with its mapping where it has one.

    Returns
    -------
    path
        The file to be read: the data, or the mapping beside it that names them.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    sha256 = sha256_of(data)
    new = folder / _PARTIAL / source.id / _NEW
    with _writing(new):
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        file = new / f"{sha256}{suffix}"
        shutil.copyfile(data, file)
        _to_disk(file)
    if source.mapping is None:
        return file
    text = _mapping_of(source.mapping, file.name)
    mapping = new / f"{sha256}.{hashlib.sha256(text).hexdigest()[:16]}.yaml"
    write_bytes(mapping, text)
    return mapping


def adopt(folder: Path, source: str, file: Path) -> Path:
    """Move a candidate, and the data beside a mapping, among the vintages; the file to be read is the last.

    Raises
    ------
    OutputError
        If it cannot be moved.
    """
    home = folder / VINTAGES / source
    with _writing(home):
        home.mkdir(parents=True, exist_ok=True)
        for one in [*(p for p in sorted(file.parent.iterdir()) if p != file), file]:
            with contextlib.suppress(OSError):
                one.chmod(0o444)
            one.replace(home / one.name)
        shutil.rmtree(file.parent, ignore_errors=True)
    return home / file.name


def discard(file: Path) -> None:
    """Remove a candidate that is in force already."""
    shutil.rmtree(file.parent, ignore_errors=True)


def put_aside(folder: Path, source: str, file: Path) -> None:
    """Keep a refused candidate for the user to look at, in the place of an earlier one."""
    home = folder / _REFUSED / source
    with contextlib.suppress(OSError):
        shutil.rmtree(home, ignore_errors=True)
        home.parent.mkdir(parents=True, exist_ok=True)
        file.parent.rename(home)


def data_beside(file: Path) -> Path:
    """The data of a kept file: itself, or what lies beside a kept mapping."""
    if file.suffix != ".yaml":
        return file
    data = file.name.split(".")[0]
    return next(p for p in sorted(file.parent.glob(f"{data}.*")) if p.suffix != ".yaml")


def sweep_halves(folder: Path) -> None:
    """Remove what killed processes left, but for downloads that can be gone on with; under the lock."""
    for new in folder.glob(f"{_PARTIAL}/*/{_NEW}"):
        shutil.rmtree(new, ignore_errors=True)
    for hidden in [*folder.glob(f"{_PARTIAL}/*/.*"), *folder.glob(f"{VINTAGES}/*/.*")]:
        with contextlib.suppress(OSError):
            hidden.unlink()


def _mapping_of(mapping: Path, data: str) -> bytes:
    """The user's mapping with the name of the kept data.

    Raises
    ------
    DataError
        If the mapping has faults.
    """
    import io

    try:
        from ruamel.yaml import YAML
    except ImportError as error:
        raise MissingExtraError.of("data", "reading a mapping file") from error
    findings = Findings(file=mapping.name)
    load(mapping, findings)
    findings.require_usable()
    yaml = YAML(typ="rt", pure=True)
    content = yaml.load(mapping.read_text(encoding="utf-8-sig"))
    content["files"] = data
    buffer = io.StringIO()
    yaml.dump(content, buffer)
    return buffer.getvalue().encode("utf-8")


@contextlib.contextmanager
def _writing(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(f"{place}: cannot be written ({error.strerror or error})") from error


def _to_disk(file: Path) -> None:
    with file.open("rb+") as stream:
        os.fsync(stream.fileno())
