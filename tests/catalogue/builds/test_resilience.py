"""Builds that are killed, stopped, out of space, or meet: the old world or the new one, nothing between."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pactolus.catalogue.build.plan import SOURCES, TIDY
from pactolus.catalogue.verify import verify
from pactolus.catalogue.world import World, open_world
from pactolus.errors import OutputError
from tests.rights import without_rights

from .conftest import Build, baci_zip, distances, many_flows

posix = pytest.mark.skipif(os.name != "posix", reason="signals and rights are those of POSIX")


def started(out: Path, *words: str | Path, workers: int = 1) -> subprocess.Popen[str]:
    """The command in a process of its own."""
    command = [sys.executable, "-m", "pactolus", "data", "build", "--only", "--workers", str(workers)]
    return subprocess.Popen(
        [*command, "--out", str(out), *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def when(child: subprocess.Popen[str], so: Callable[[], object]) -> None:
    """Wait until something is so, while the process works."""
    limit = time.monotonic() + 120
    while not so():
        assert child.poll() is None, "it ended before: " + "".join(child.communicate())
        assert time.monotonic() < limit
        time.sleep(0.001)


def whole(folder: Path) -> World:
    world = open_world(folder)
    assert [f for f in verify(world) if not f.ok] == []
    return world


def hidden(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir() if p.name.startswith("."))


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve years of BACI that take a while."""
    return baci_zip(tmp_path_factory.mktemp("large"), range(2010, 2022), flows=many_flows(3_000))


@pytest.fixture
def old(build: Build, tmp_path: Path) -> str:
    """Vintage of a world that is in force."""
    world = build(baci=baci_zip(tmp_path / "in")).world
    assert world is not None
    return world.vintage


@posix
def test_killed_while_it_reads(old: str, build: Build, large: Path, tmp_path: Path) -> None:
    out = tmp_path / "world"
    before = len(list((out / TIDY).glob("*/*")))
    child = started(out, "--baci", large)
    when(child, lambda: len(list((out / TIDY).glob("*/*"))) > before + 1)
    child.send_signal(signal.SIGKILL)
    child.communicate()
    assert whole(out).vintage == old
    assert hidden(out)  # what it was at lies there, unread
    built = build(baci=large)
    (file,) = built.files
    assert 2 <= file.reused < 12
    assert hidden(out) == []
    assert whole(out).vintage != old
    assert whole(out).table("trade")["year"].n_unique() == 12


@posix
def test_killed_while_it_writes_the_world(old: str, build: Build, large: Path, tmp_path: Path) -> None:
    out = tmp_path / "world"
    child = started(out, "--baci", large)
    when(child, lambda: list(out.glob(".world.*/new")))
    child.send_signal(signal.SIGKILL)
    child.communicate()
    assert any(name.startswith(".world.") for name in hidden(out))
    assert whole(out).vintage == old
    built = build(baci=large)
    assert built.files[0].reused == 12
    assert hidden(out) == []
    assert whole(out).vintage != old


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_by_hand(old: str, large: Path, tmp_path: Path, number: signal.Signals) -> None:
    out = tmp_path / "world"
    child = started(out, "--baci", large)
    when(child, lambda: len(list((out / TIDY).glob("*/*"))) > 3)
    child.send_signal(number)
    _, said = child.communicate()
    assert child.returncode == 130
    assert said.splitlines()[-1] == "stopped; nothing was left half-written"
    assert hidden(out) == []
    assert whole(out).vintage == old


@posix
def test_two_builds_at_once_into_one_folder(large: Path, tmp_path: Path) -> None:
    out = tmp_path / "world"
    small = distances(tmp_path / "in")
    children = [started(out, "--baci", large), started(out, "--baci", large, "--distances", small)]
    for child in children:
        _, said = child.communicate(timeout=300)
        assert child.returncode == 0, said
    world = whole(out)
    assert "trade" in world.tables
    worlds = [p for p in out.iterdir() if p.is_dir() and p.name not in (SOURCES, TIDY)]
    assert len(worlds) == 2
    for folder in worlds:
        whole(folder)
    assert hidden(out) == []
    assert len(list((out / TIDY).glob("*-baci-*/*"))) == 12


@posix
def test_what_the_living_are_at_is_not_swept(build: Build, large: Path, tmp_path: Path) -> None:
    out = tmp_path / "world"
    child = started(out, "--baci", large)
    when(child, lambda: list(out.glob(".build.*/new")))
    build(distances=distances(tmp_path / "in"))
    _, said = child.communicate(timeout=300)
    assert child.returncode == 0, said
    assert set(whole(out).tables) == {"trade", "corrections"}


@pytest.mark.skipif(sys.platform != "linux", reason="children are listed by Linux")
def test_a_worker_that_is_killed(old: str, build: Build, large: Path, tmp_path: Path) -> None:
    """As the system does when memory runs out."""
    out = tmp_path / "world"
    child = started(out, "--baci", large, workers=2)
    when(child, lambda: len(list((out / TIDY).glob("*/*"))) > 3)
    listed = Path(f"/proc/{child.pid}/task/{child.pid}/children").read_text("utf-8").split()
    names = {int(n): Path(f"/proc/{n}/cmdline").read_bytes() for n in listed}
    os.kill(next(n for n, name in names.items() if b"spawn_main" in name), signal.SIGKILL)
    _, said = child.communicate(timeout=300)
    assert child.returncode == 1
    assert "build again with --workers 1: what was read is kept" in said
    assert hidden(out) == []
    assert whole(out).vintage == old
    assert build(baci=large).files[0].reused >= 2


@pytest.mark.skipif(sys.platform != "linux", reason="children are listed by Linux")
def test_no_worker_outlives_a_killed_build(large: Path, tmp_path: Path) -> None:
    out = tmp_path / "world"
    child = started(out, "--baci", large, workers=2)
    when(child, lambda: len(list((out / TIDY).glob("*/*"))) > 1)
    listed = Path(f"/proc/{child.pid}/task/{child.pid}/children").read_text("utf-8").split()
    assert len(listed) >= 2
    child.send_signal(signal.SIGKILL)
    child.communicate()
    limit = time.monotonic() + 60
    while any(alive(number) for number in listed):
        assert time.monotonic() < limit
        time.sleep(0.01)


def alive(process: str) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@contextlib.contextmanager
def small_disk(folder: Path, size: str) -> Iterator[None]:
    """A file system of its own that is soon full."""
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if sys.platform != "linux" or os.geteuid() != 0 or not mount or not umount:
        pytest.skip("only root on Linux can mount a small file system")
    folder.mkdir()
    done = subprocess.run(
        [mount, "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], capture_output=True, text=True
    )
    if done.returncode:
        pytest.skip(f"a small file system cannot be mounted here: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run([umount, str(folder)], check=True)


@pytest.mark.parametrize(("room", "step"), [("96k", "kept"), ("200k", "tidy"), ("292k", "world")])
def test_a_full_disk(build: Build, tmp_path: Path, room: str, step: str) -> None:
    """The disk is full when the bytes are kept, when tables are made tidy, when the world is written."""
    many = baci_zip(tmp_path / "in" / "large", [2023], flows=many_flows(12_000))
    assert 100_000 < many.stat().st_size < 200_000
    with small_disk(tmp_path / "disk", room):
        out = tmp_path / "disk" / "world"
        old = build(out=out, distances=distances(tmp_path / "in")).world
        assert old is not None
        with pytest.raises(
            OutputError, match=r"cannot be (kept|written) \(No space left on device\)"
        ) as caught:
            build(out=out, baci=many)
        assert "choose another place with --out" in str(caught.value)
        assert hidden(out) == []
        assert whole(out).vintage == old.vintage
        read = len(list((out / TIDY).glob("*-baci-*/*/part.json")))
        kept = len(list((out / SOURCES).glob("*/*.zip")))
        assert (kept, read) == {"kept": (0, 0), "tidy": (1, 0), "world": (1, 1)}[step]


@posix
def test_files_that_may_not_grow(tmp_path: Path) -> None:
    """A real refusal of the operating system that needs no rights: no file may grow beyond 4 kB."""
    many = baci_zip(tmp_path / "in", [2023], flows=many_flows(6_000))
    out = tmp_path / "world"
    code = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "from pactolus.cli.main import run\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "sys.exit(run(sys.argv[1:]))\n"
    )
    words = ["data", "build", "--only", "--workers", "1", "--out", str(out), "--baci", str(many)]
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True)
    assert done.returncode == 2, done.stderr
    assert "cannot be kept (File too large); choose another place with --out" in done.stderr
    assert not out.exists() or not list(out.rglob("*"))


@posix
def test_a_folder_that_may_not_be_written(build: Build, tmp_path: Path) -> None:
    archive = baci_zip(tmp_path / "in")
    place = tmp_path / "closed"
    place.mkdir(mode=0o555)
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(folder.stat().st_mode | 0o055)
    with (
        without_rights(),
        pytest.raises(OutputError, match=r"closed.*cannot be written \(Permission denied\)"),
    ):
        build(out=place / "world", baci=archive)
    assert list(place.iterdir()) == []
