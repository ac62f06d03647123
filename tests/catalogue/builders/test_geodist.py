"""CEPII GeoDist: gaps, own distances, both directions, and bad files."""

from __future__ import annotations

from pathlib import Path

import pytest

from pactolus.catalogue.readers import geodist
from pactolus.errors import DataError
from tests.catalogue.builders.workbook_files import accept_id, book, mended, read, text, told

#: Typed from dist_cepii.csv; the second direction of each pair is the same figure.
DIST = (
    "iso_o;iso_d;contig;comlang_off;dist;distcap;distw;distwces\n"
    "ABW;ABW;0;0;5.225315;5.225315;25.09354;23.04723\nABW;AFG;0;0;13257.81;13257.81;13168.22;13166.37\n"
    "AFG;ABW;0;0;13257.81;13257.81;13168.22;13166.37\nABW;CCK;0;0;18614.29;18614.29;.;.\n"
    "ABW;ZAR;0;0;9644.2;9644.2;9700.5;9699.1\n"
)


def test_gaps_own_distances_and_old_codes(tmp_path: Path) -> None:
    tables, findings = read(geodist, text(tmp_path / "dist_cepii.csv", DIST))
    assert findings.kept == []
    assert tables["distances"].rows() == [
        ("ABW", "AFG", 13258, 13168, "line 3"),
        ("AFG", "ABW", 13258, 13168, "line 4"),
        ("ABW", "CCK", 18614, None, "line 5"),
        ("ABW", "COD", 9644, 9700, "line 6"),
    ]


def test_for_the_embedded_world_figures_stay_as_printed(tmp_path: Path) -> None:
    rows = geodist.distances(text(tmp_path / "dist.csv", DIST)).rows()
    assert rows[0] == ("ABW", "AFG", 13257.81, 13168.22)
    assert rows[-1] == ("ABW", "ZAR", 9644.2, 9700.5)
    with pytest.raises(DataError, match="no column 'dist'"):
        geodist.distances(text(tmp_path / "dist.csv", DIST.replace("dist;", "d;")))


def test_as_a_workbook(tmp_path: Path) -> None:
    rows = [line.split(";") for line in DIST.splitlines()]
    file = book(tmp_path / "dist_cepii.xlsx", {"dist_cepii": rows})
    table = read(geodist, file)[0]["distances"]
    usual = read(geodist, text(tmp_path / "dist.csv", DIST))[0]["distances"]
    assert table.drop("place").equals(usual.drop("place"))
    assert table["place"][0] == "sheet 'dist_cepii', row 3"
    commas = text(tmp_path / "dist.csv", DIST.replace(";", ","))
    assert mended(geodist, commas) == ["line 1: cells are separated by ','; read so"]
    assert read(geodist, commas)[0]["distances"].equals(usual)


def test_a_workbook_of_old_is_to_be_saved_anew(tmp_path: Path) -> None:
    """CEPII's own file; its first bytes are those of any compound file of that time."""
    file = tmp_path / "dist_cepii.xls"
    file.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504))
    assert told(geodist, file) == [
        "dist_cepii.xls: the file: is a workbook of old (.xls) or under a password; "
        "open it and save it as .xlsx"
    ]


def test_every_fault_of_a_file_at_once(tmp_path: Path) -> None:
    bad = DIST + (
        ""
        "ABW;BEL;0;0;7,847.5;1;1;1\nABW;BRA;0;0;4034,1;1;1;1\nABW;CHL;0;0;far;1;-1;1\nABW;CHN;0;0;14590000;1;1;1\n"
        "ABW;QQQ;0;0;1;1;1;1\n;KOR;0;0;1;1;1;1\nABW;KOR;0;0;.;1;1;1\nABW;CCK;0;0;18614.29;1;18000;1\n"
    )
    lines = told(geodist, text(tmp_path / "dist.csv", bad))
    assert [line.rpartition(" (accept")[0] or line for line in lines] == [
        "dist.csv: line 12: a country code is missing; write it or remove the line",
        "dist.csv: line 11: country 'QQQ' is not known; correct the name, or add it to --names FILE",
        "dist.csv: line 8: '4034,1' has a decimal comma; write a point; correct the cell or empty it",
        "dist.csv: line 9: 'far' is no number, and no word that this publisher uses for a gap; "
        "correct the cell or empty it",
        "dist.csv: line 13: no distance; the publisher gives one for every pair",
        "dist.csv: line 10: '14590000' km is more than half around the earth; distances are in kilometres",
        "dist.csv: line 9: '-1' is below 0; correct the cell or empty it",
        "dist.csv: line 14: origin ABW, destination CCK stands 2 times with different values: (18614.29, "
        "None) "
        "and (18614.29, 18000.0); keep the right row; accepted, the first one is taken",
    ]


def test_a_slip_of_one_direction(tmp_path: Path) -> None:
    file = text(tmp_path / "dist.csv", DIST.replace("AFG;ABW;0;0;13257.81", "AFG;ABW;0;0;1325.781"))
    (line,) = told(geodist, file)
    assert line.startswith(
        "dist.csv: line 3: ABW to AFG is 13,258 km, back it is 1,326 km; "
        "correct the wrong one; accepted, both are kept (accept: "
    )
    assert read(geodist, file, [accept_id(line)])[1].message() == ""


def test_missing_and_renamed_columns(tmp_path: Path) -> None:
    assert told(geodist, text(tmp_path / "dist.csv", DIST.replace("iso_o", "iso_a"))) == [
        "dist.csv: line 1: no column 'iso_o'; is it 'iso_a'?; "
        "give the file in the publisher's layout, or rename the column"
    ]


def test_wrong_bytes(tmp_path: Path) -> None:
    file = tmp_path / "dist.csv"
    file.write_bytes(DIST.encode("utf-16"))
    assert mended(geodist, file) == ["the file: UTF-16; read as such"]
    file.write_bytes(b"\x00" * 100)
    assert told(geodist, file)[0] == (
        "dist.csv: line 1: zero bytes: this is no text file; give the publisher's own file"
    )
