"""The publishers' bytes that a build keeps: its own copy, checked with the world."""

from __future__ import annotations

from pathlib import Path

import pytest

from pactolus.catalogue.verify import KEPT, verify
from pactolus.catalogue.world import World, open_world
from pactolus.runs.files import sha256_of

from .conftest import Build, baci_zip


def kept_files(folder: Path) -> list[Path]:
    return sorted(file for file in (folder / KEPT).rglob("*") if file.is_file())


def said(world: World) -> str:
    (found,) = [f for f in verify(world) if f.table == KEPT]
    assert found.ok is (found.message == "")
    return found.message


@pytest.fixture
def made(build: Build, tmp_path: Path) -> tuple[World, Path]:
    original = baci_zip(tmp_path)
    world = build(baci=[original]).world
    assert world is not None
    return world, original


def test_an_original_edited_in_place_leaves_what_was_kept(made: tuple[World, Path]) -> None:
    world, original = made
    (kept,) = kept_files(world.folder.parent)
    assert sha256_of(kept) == kept.parent.name
    with original.open("r+b") as file:
        file.write(b"edited")
    assert sha256_of(kept) == kept.parent.name
    assert said(world) == ""


def test_a_changed_byte_is_named(made: tuple[World, Path]) -> None:
    world, _ = made
    (kept,) = kept_files(world.folder.parent)
    kept.chmod(0o644)
    with kept.open("r+b") as file:
        file.seek(10)
        byte = file.read(1)
        file.seek(10)
        file.write(bytes([byte[0] ^ 1]))
    assert f"{kept}: was changed after it was kept; put the publisher's file back" in said(world)


def test_a_missing_file_is_named(made: tuple[World, Path]) -> None:
    world, _ = made
    (kept,) = kept_files(world.folder.parent)
    kept.unlink()
    assert f"{kept.parent}: the bytes of" in said(world)
    assert "are missing" in said(world)


def test_a_link_that_an_older_build_kept_becomes_a_copy(
    made: tuple[World, Path], build: Build, tmp_path: Path
) -> None:
    world, original = made
    (kept,) = kept_files(world.folder.parent)
    kept.unlink()
    kept.hardlink_to(original)
    build(baci=[original])
    (kept,) = kept_files(world.folder.parent)
    assert not kept.samefile(original)
    assert sha256_of(kept) == kept.parent.name


def test_the_embedded_world_keeps_no_bytes() -> None:
    assert [f for f in verify(open_world()) if f.table == KEPT] == []
