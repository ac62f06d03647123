"""A source of one file: asked for only if it changed, read before it is in force."""

from __future__ import annotations

import re
import urllib.parse
from dataclasses import replace

from pactolus.catalogue.updates.download import Loader
from pactolus.catalogue.updates.job import Job, blank
from pactolus.catalogue.updates.known import place
from pactolus.catalogue.updates.sources import Source
from pactolus.catalogue.updates.store import candidate, data_beside, discard, partial
from pactolus.errors import PactolusError

__all__ = ["address_of", "update_file"]


def update_file(job: Job, source: Source, client: Loader) -> None:
    """Ask for the file of a source, and put on record what came of it.

    Raises
    ------
    PactolusError
        If it cannot be had.
    OutputError
        If it cannot be written.
    """
    job.progress(source.id, 0, 1)
    address = address_of(source, client)
    held = job.held(source)
    same = held is not None and held.address == address and held.kind == source.kind
    got = client.load(
        address,
        partial(job.folder, source.id),
        largest=source.largest,
        etag=held.etag if same and held else "",
        modified=held.modified if same and held else "",
        mend=_mend(source),
    )
    if got.file is None:
        assert held is not None  # only then was it asked whether it changed
        data = data_beside(place(job.folder, held))
    else:
        data = got.file
    file = candidate(job.folder, source, data, source.suffix)
    if held is not None and held.name == file.name and held.kind == source.kind:
        told = replace(
            held, status="unchanged", reason="", address=address, etag=got.etag, modified=got.modified
        )
        job.record(source, told)
        discard(file)
    else:
        told = replace(blank(address=address), etag=got.etag, modified=got.modified)
        job.take(source, file, told)
    if got.file is not None:
        got.file.unlink(missing_ok=True)


def address_of(source: Source, client: Loader) -> str:
    """Address of the file: the source's own, or the one that the publisher's page names.

    Raises
    ------
    PactolusError
        If the page names none, several, or one on a host that is not the publisher's.
    """
    if not source.page:
        return source.address
    text = client.text(source.page, mend=_mend(source))
    found: set[str] = set(re.findall(rf"https?://[^\s\"'<>\\]+{re.escape(source.link)}", text))
    hosts = {urllib.parse.urlsplit(address).netloc for address in found}
    if len(found) != 1 or not hosts <= set(source.hosts):
        what = f"names {len(found)} addresses" if found else "names no address"
        raise PactolusError(
            f"{source.page}: {what} that end with {source.link} on {', '.join(source.hosts)}; {_mend(source)}"
        )
    return found.pop()


def _mend(source: Source) -> str:
    page = f"look for it on {source.page}, and " if source.page else ""
    return f"{page}give its address under {source.id} in sources.yaml"
