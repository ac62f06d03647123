"""A workspace on disk, backed up and restored."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from pactolus.errors import InputError, OutputError
from pactolus.workspace.backup import backup, restore
from pactolus.workspace.folder import FOLDERS, create_workspace, find_workspace, open_workspace


def test_a_new_workspace_opens(tmp_path: Path) -> None:
    made = create_workspace(tmp_path / "desk", name='The "desk"')
    found = open_workspace(tmp_path / "desk")
    assert found == made
    assert sorted(p.name for p in (tmp_path / "desk").iterdir() if p.is_dir()) == sorted(FOLDERS)
    assert found.store.kinds() == {}


def test_nothing_is_made_over_something(tmp_path: Path) -> None:
    create_workspace(tmp_path / "desk")
    with pytest.raises(OutputError, match="there is a workspace already"):
        create_workspace(tmp_path / "desk")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("x")
    with pytest.raises(OutputError, match="the folder is not empty"):
        create_workspace(tmp_path / "full")


def test_no_workspace_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"is no workspace .* pactolus workspace init"):
        open_workspace(tmp_path)


def test_settings_and_labels_are_checked_together(tmp_path: Path) -> None:
    create_workspace(tmp_path / "desk")
    (tmp_path / "desk" / "workspace.yaml").write_text("name: x\ncreatd: 2026-01-01\n")
    (tmp_path / "desk" / "labels.yaml").write_text("KOR: [open, secret]\nJPN: high\n")
    with pytest.raises(InputError) as caught:
        open_workspace(tmp_path / "desk")
    text = str(caught.value)
    assert "workspace.yaml:2:1: creatd: no such key; did you mean 'created'?" in text
    assert "created: is missing; add it" in text
    assert (
        "labels.yaml:1:1: KOR: found ['open', 'secret']; name each level once, open is always there" in text
    )
    assert "labels.yaml:2:1: JPN: write the levels above open as a list" in text


def test_labels_of_a_deployment_are_read(tmp_path: Path) -> None:
    create_workspace(tmp_path / "desk")
    (tmp_path / "desk" / "labels.yaml").write_text("KOR: [대외주의, 대외비]\n", encoding="utf-8")
    assert open_workspace(tmp_path / "desk").levels.for_member("KOR") == ("대외주의", "대외비")


def test_a_password_is_never_written(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--database: the address holds a password; take it out"):
        create_workspace(tmp_path / "desk", database="postgresql://me:secret@host/db")
    assert not (tmp_path / "desk").exists()


def test_the_environment_names_a_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PACTOLUS_WORKSPACE", raising=False)
    assert find_workspace(None) is None
    create_workspace(tmp_path / "desk")
    monkeypatch.setenv("PACTOLUS_WORKSPACE", str(tmp_path / "desk"))
    found = find_workspace(None)
    assert found is not None
    assert found.folder == tmp_path / "desk"


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    desk = create_workspace(tmp_path / "desk", name="desk")
    (tmp_path / "desk" / "policy" / "own.yaml").write_text("# mine\n")
    desk.store.put("note", "a", {"ko": "비축"}, author="kim")
    desk.store.put("note", "a", {"ko": "방출"}, author="kim", label="KOR:shared")
    desk.store.put("note", "b", {}, author="sato")
    desk.store.remove("note", "b", author="sato")
    return tmp_path / "desk"


def test_a_backup_comes_back_whole(saved: Path, tmp_path: Path) -> None:
    before = open_workspace(saved).store
    head = backup(open_workspace(saved), tmp_path / "desk.zip")
    after = restore(tmp_path / "desk.zip", tmp_path / "again")
    assert after.name == "desk"
    assert after.store.dump() == before.dump()
    assert after.store.all("note") == before.all("note")
    assert after.store.verify(head) == []
    assert (tmp_path / "again" / "policy" / "own.yaml").read_text() == "# mine\n"
    after.store.put("note", "c", {}, author="kim")
    assert after.store.verify(head) == []


@pytest.mark.postgres
def test_a_backup_moves_to_the_other_database(
    saved: Path, tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup(open_workspace(saved), tmp_path / "desk.zip")
    before = open_workspace(saved).store.dump()
    monkeypatch.setenv("PACTOLUS_DATABASE", postgres_url)
    after = restore(tmp_path / "desk.zip", tmp_path / "again")
    assert after.database == postgres_url
    assert after.store.dump() == before
    with pytest.raises(OutputError, match="holds records already"):
        restore(tmp_path / "desk.zip", tmp_path / "third")
    after.store.engine.dispose()


def test_two_backups_of_one_state_are_equal(saved: Path, tmp_path: Path) -> None:
    backup(open_workspace(saved), tmp_path / "1.zip")
    backup(open_workspace(saved), tmp_path / "2.zip")
    assert (tmp_path / "1.zip").read_bytes() == (tmp_path / "2.zip").read_bytes()


def test_a_backup_is_not_written_over(saved: Path, tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_text("mine")
    with pytest.raises(OutputError, match="is there already"):
        backup(open_workspace(saved), tmp_path / "x.zip")
    assert (tmp_path / "x.zip").read_text() == "mine"


def changed(file: Path, name: str, content: bytes | None) -> Path:
    """The zip with one member changed, or taken out."""
    out = file.with_name(f"changed-{name.replace('/', '-')}.zip")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(out, "w") as new:
        for one in old.infolist():
            if one.filename != name:
                new.writestr(one, old.read(one))
        if content is not None:
            new.writestr(name, content)
    return out


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("records.jsonl", b"", "records.jsonl was changed after the backup"),
        ("audit.jsonl", None, "audit.jsonl is missing"),
        ("../evil.yaml", b"x", "evil.yaml does not belong to the backup"),
        ("manifest.json", None, "is no backup of a workspace"),
    ],
)
def test_a_changed_backup_makes_nothing(
    saved: Path, tmp_path: Path, name: str, content: bytes | None, message: str
) -> None:
    backup(open_workspace(saved), tmp_path / "desk.zip")
    with pytest.raises(InputError, match=message):
        restore(changed(tmp_path / "desk.zip", name, content), tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_a_rewritten_backup_is_caught_by_the_chain(saved: Path, tmp_path: Path) -> None:
    import hashlib

    backup(open_workspace(saved), tmp_path / "desk.zip")
    with zipfile.ZipFile(tmp_path / "desk.zip") as archive:
        records = archive.read("records.jsonl").replace("방출".encode(), "비축".encode())
        manifest = json.loads(archive.read("manifest.json"))
    manifest["sha256"]["records.jsonl"] = hashlib.sha256(records).hexdigest()
    file = changed(tmp_path / "desk.zip", "records.jsonl", records)
    file = changed(file, "manifest.json", json.dumps(manifest).encode())
    with pytest.raises(InputError, match="record note/a version 2: was changed"):
        restore(file, tmp_path / "again")
    assert not (tmp_path / "again").exists()


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04broken"])
def test_what_is_no_backup_says_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(content)
    with pytest.raises(InputError, match=r"x\.zip: cannot be read as a backup"):
        restore(tmp_path / "x.zip", tmp_path / "again")
