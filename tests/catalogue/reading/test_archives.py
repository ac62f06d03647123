"""Archives from outside: cut off, lying, bombs, encrypted, leading elsewhere."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pactolus.catalogue.reading.archives import is_zip, members, open_member
from pactolus.catalogue.reading.findings import Findings
from pactolus.errors import DataError

from .archives_made import encrypted, lying, overlapping, packed

TEXT = b"t,i,j,k,v,q\n" + b"2024,156,410,250410,1.5,2.5\n" * 4000
WHOLE = "fetch the archive again from the publisher"


def written(folder: Path, content: bytes) -> Path:
    file = folder / "a.zip"
    file.write_bytes(content)
    return file


def refused(file: Path, **limits: float) -> str:
    findings = Findings("a.zip")
    assert members(file, findings, **limits) == {} or findings.refusals  # type: ignore[arg-type]
    return findings.message()


def read(file: Path, name: str) -> bytes:
    with open_member(file, name) as stream:
        return stream.readall() or b""


def test_a_sound_archive(tmp_path: Path) -> None:
    file = written(tmp_path, packed({"in/a.csv": TEXT, "b.csv": b""}))
    findings = Findings("a.zip")
    assert is_zip(file)
    assert members(file, findings) == {"in/a.csv": len(TEXT), "b.csv": 0}
    assert not findings.kept
    assert read(file, "in/a.csv") == TEXT


@pytest.mark.parametrize("share", [0.05, 0.5, 0.99])
def test_a_truncated_archive(tmp_path: Path, share: float) -> None:
    content = packed({"a.csv": TEXT})
    file = written(tmp_path, content[: int(len(content) * share)])
    assert is_zip(file)
    assert refused(file) == (
        f"a.zip: the archive: cannot be opened (File is not a zip file): it is cut off or no zip; {WHOLE}"
    )


def test_what_is_no_archive(tmp_path: Path) -> None:
    assert not is_zip(written(tmp_path, b"<html>not found</html>"))
    assert not is_zip(tmp_path / "gone.zip")
    assert "cannot be opened" in refused(tmp_path / "gone.zip")


def test_a_flipped_byte_is_found_while_it_is_read(tmp_path: Path) -> None:
    content = bytearray(packed({"a.csv": TEXT}, zipfile.ZIP_STORED))
    content[len(content) // 2] ^= 0x40
    with pytest.raises(DataError, match=r"a\.zip: member 'a\.csv': damaged or cut off \(Bad CRC-32"):
        read(written(tmp_path, bytes(content)), "a.csv")


def test_a_bomb(tmp_path: Path) -> None:
    file = written(tmp_path, packed({"a.csv": b"0" * 30_000_000}))
    assert f"unpack to 30,000,000: more than 400 to one; {WHOLE}" in refused(file)
    assert refused(file, largest=1000) == (
        f"a.zip: member 'a.csv': unpacked it has 30,000,000 bytes, at most 1,000 are read; {WHOLE}"
    )


@pytest.mark.parametrize("says", [10, 100_000])
def test_a_bomb_whose_header_lies(tmp_path: Path, says: int) -> None:
    """It says that it is small; what is unpacked stops there and is told."""
    file = written(tmp_path, lying(packed({"a.csv": b"0" * 30_000_000}), says=says))
    assert members(file, Findings("a.zip")) == {"a.csv": says}
    with pytest.raises(DataError, match=r"a\.zip: member 'a\.csv': damaged or cut off"):
        read(file, "a.csv")


def test_a_header_that_says_too_much(tmp_path: Path) -> None:
    file = written(tmp_path, lying(packed({"a.csv": TEXT}), says=4_000_000_000))
    assert "more than 400 to one" in refused(file)


def test_members_that_share_one_stream(tmp_path: Path) -> None:
    file = written(tmp_path, overlapping(b"0" * 3_000_000, 300))
    assert members(file, Findings("a.zip"))
    with pytest.raises(DataError, match="member '000000': cannot be opened"):
        read(file, "000000")


def test_too_many_members(tmp_path: Path) -> None:
    file = written(tmp_path, overlapping(b"0", 20_001))
    assert refused(file) == "a.zip: the archive: 20,001 members; at most 20,000"


def test_an_encrypted_member(tmp_path: Path) -> None:
    file = written(tmp_path, encrypted(packed({"a.csv": TEXT})))
    assert refused(file) == f"a.zip: member 'a.csv': it is encrypted; {WHOLE}"


@pytest.mark.parametrize("name", ["../a.csv", "/etc/a.csv", "in/../../a.csv", "..\\a.csv"])
def test_a_name_that_leads_out(tmp_path: Path, name: str) -> None:
    file = written(tmp_path, packed({name: b"x", "sound.csv": b"x"}))
    assert "its name leads out of the archive" in refused(file)


def test_a_member_that_stands_twice(tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.csv", "one")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.csv", "two")
    assert refused(file) == f"a.zip: member 'a.csv': stands twice in the archive; {WHOLE}"


def test_all_faults_of_an_archive_at_once(tmp_path: Path) -> None:
    file = written(tmp_path, packed({"../a": b"", "b": b"0" * 30_000_000, "c": b""}))
    assert len(refused(file).splitlines()) == 2


def test_a_member_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"a\.zip: member 'b\.csv': cannot be opened"):
        read(written(tmp_path, packed({"a.csv": TEXT})), "b.csv")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_damage_is_told_and_never_believed(tmp_path: Path, data: st.DataObject) -> None:
    """Whatever bytes are changed: the content as it was, or an error of ours; never other content."""
    content = bytearray(packed({"a.csv": TEXT[:600]}))
    for _ in range(data.draw(st.integers(1, 4))):
        where = data.draw(st.integers(0, len(content) - 4))
        struct.pack_into("<I", content, where, data.draw(st.integers(0, 2**32 - 1)))
    file = written(tmp_path, bytes(content))
    findings = Findings("a.zip")
    for name in members(file, findings):
        try:
            found = read(file, name)
        except DataError:
            continue
        assert found == TEXT[:600]
