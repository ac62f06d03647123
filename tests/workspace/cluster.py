"""A PostgreSQL server of a test's own, which it may stop and crash without disturbing others."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import URL

__all__ = ["Cluster", "cluster"]


class Cluster:
    """One server: its folder, its port."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as place:
            place.bind(("127.0.0.1", 0))
            self.port = int(place.getsockname()[1])

    @property
    def url(self) -> URL:
        return URL.create(
            "postgresql+psycopg", "keeper", host="127.0.0.1", port=self.port, database="postgres"
        )

    def run(self, program: str, *words: str) -> None:
        """One of PostgreSQL's programs, as a user that is not root."""
        found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))
        path = str(found[-1]) if found else shutil.which(program)
        assert path, f"no {program} on this machine (apt-get install postgresql)"
        other = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        with (self.folder / "said.txt").open("a+", encoding="utf-8") as said:
            done = subprocess.run(
                [*other, path, *words], cwd=self.folder, stdout=said, stderr=said, check=False
            )
            said.seek(0)
            assert done.returncode == 0, said.read()

    def make(self) -> None:
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        self.run(
            "initdb",
            "-D",
            str(self.folder / "data"),
            "-A",
            "trust",
            "-U",
            "keeper",
            "-E",
            "UTF8",
            "--no-locale",
        )

    def start(self) -> None:
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1"
        self.run("pg_ctl", "start", "-w", "-D", str(self.folder / "data"), "-o", options)

    def stop(self, mode: str) -> None:
        """`immediate` is a crash: nothing is written that was not on disk."""
        self.run("pg_ctl", "stop", "-w", "-m", mode, "-D", str(self.folder / "data"))


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A server that runs while the block lasts."""
    folder = Path(tempfile.mkdtemp(prefix="pactolus-pg-"))
    made = Cluster(folder)
    try:
        made.make()
        made.start()
        yield made
        made.stop("fast")
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            made.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)
