"""``pactolus data build`` as it is typed: what stands on stdout, what is said, and how it ends."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from pactolus.catalogue.world import open_world

from .conftest import Pactolus

BACI = """t,i,j,k,v,q
{year},156,410,250410,60000.000,40000.000
{year},156,392,250410,40000.000,25000.000
{year},450,410,250410,1.000,        NA
"""
GEODIST = "iso_o;iso_d;dist;distw\nJPN;KOR;956.5;957\nKOR;JPN;956.5;957\n"


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two files; the work is done beside it."""
    folder = tmp_path / "in"
    folder.mkdir()
    with zipfile.ZipFile(folder / "BACI_HS92_V202601.zip", "w") as archive:
        for year in (2022, 2023):
            archive.writestr(f"BACI_HS92_Y{year}_V202601.csv", BACI.format(year=year))
    (folder / "dist_cepii.csv").write_text(GEODIST, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return folder


def test_a_world_and_the_next_command(pactolus: Pactolus, files: Path) -> None:
    answer = pactolus("data build --out w --baci in --distances in --only --workers 1 --format csv")
    assert answer.code == 0, answer.err
    tables = {row["table"]: row for row in answer.csv}
    assert tables["trade"]["rows"] == "6"
    assert (tables["trade"]["first_year"], tables["trade"]["last_year"]) == ("2022", "2023")
    assert tables["distances"]["from"] == "your files"
    vintage = open_world("w").vintage
    lines = answer.err.splitlines()
    assert lines[-2:] == [
        f"world {vintage[:12]} is in force in w",
        "use it: pactolus assess --minerals cobalt --world w",
    ]
    assert any(line.startswith("note: not in this world: production (--wmd, --usgs, --bgs") for line in lines)
    assert "in/BACI_HS92_V202601.zip: all 2 parts are read" in lines
    assert re.search(r"^\[2/3\] in/BACI_HS92_V202601.zip: BACI_HS92_Y2023_V202601.csv$", answer.err, re.M)
    shown = pactolus("data show trade --part rows --world w --format csv")
    assert len(shown.csv) == 6


def test_quiet_is_quiet(pactolus: Pactolus, files: Path) -> None:
    answer = pactolus("data build --out w --distances in --only --quiet")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.splitlines()[0].split()[:3] == ["table", "distances"] or "distances" in answer.out


def test_a_check_tells_what_is_found_and_writes_nothing(pactolus: Pactolus, files: Path) -> None:
    text = (files / "dist_cepii.csv").read_text("utf-8")
    (files / "dist_cepii.csv").write_text(text + "KOR;JPN;956.5;957\n", encoding="utf-8")
    answer = pactolus("data build --out w --distances in --check --workers 1")
    assert answer.code == 0, answer.err
    assert "mended key: in/dist_cepii.csv: line 4: origin KOR, destination JPN stands 2 times" in " ".join(
        answer.out.split()
    )
    assert answer.err.splitlines()[-1] == "1 file can be used; nothing was written"
    assert not Path("w").exists()


def test_a_check_of_sound_files(pactolus: Pactolus, files: Path) -> None:
    answer = pactolus("data build --out w --baci in --distances in --check --quiet")
    assert (answer.code, answer.out, answer.err) == (0, "nothing was mended, nothing is doubted\n", "")


def test_every_fault_of_every_file_at_once(pactolus: Pactolus, files: Path) -> None:
    (files / "dist_cepii.csv").write_text(GEODIST.replace("JPN;KOR", "JPN;KRO"), encoding="utf-8")
    with zipfile.ZipFile(files / "BACI_HS92_V202601.zip", "w") as archive:
        archive.writestr("BACI_HS92_Y2022_V202601.csv", BACI.format(year=2022).replace("60000.000", "many"))
    answer = pactolus("data build --out w --baci in --distances in --only")
    assert answer.code == 2
    assert answer.out == ""
    said = answer.err[answer.err.index("error:") :].splitlines()
    assert said[0] == "error:"
    assert any("BACI_HS92_Y2022_V202601.csv, line 2: v 'many' is no number" in line for line in said)
    assert any("in/dist_cepii.csv: line 2" in line and "'KRO'" in line for line in said)
    assert not Path("w", "current").exists()


def test_doubted_values_are_accepted_by_their_ids(pactolus: Pactolus, files: Path) -> None:
    text = BACI.format(year=2022) + "2022,156,392,250410,41000.000,25000.000\n"
    with zipfile.ZipFile(files / "BACI_HS92_V202601.zip", "w") as archive:
        archive.writestr("BACI_HS92_Y2022_V202601.csv", text)
    answer = pactolus("data build --out w --baci in --only")
    assert answer.code == 2
    accept = answer.err.splitlines()[-1].strip()
    assert re.fullmatch(r"if these are right as they are: --accept [0-9a-f]{10}", accept)
    mark = accept.split()[-1]
    again = pactolus(f"data build --out w --baci in --only --accept {mark}")
    assert again.code == 0, again.err
    rows = pactolus("data show findings --part rows --world w --format csv").csv
    assert [row["weight"] for row in rows] == ["accepted"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("", "no file is given; give one or more of --baci, --wmd, --usgs"),
        ("--baci in/BACI_HS92_V202611.zip", "no such file or folder; is it 'BACI_HS92_V202601.zip'?"),
        ("--baci in --workers none", "--workers: 'none' is not a whole number"),
        ("--baci in --workers 0", "--workers: 0 is not between 1 and 256"),
        ("--baci in --accept ,", "--accept: nothing is named"),
        ("--baci in --names gone.csv --corrections gone.yaml", "--corrections: gone.yaml: no such file"),
        ("--baci in --quiet --verbose", "--quiet and --verbose: use one of them"),
        ("--bacci in", "No such option: --bacci; did you mean --baci"),
        ("--wgi in", "in: no file in this folder ends with"),
    ],
)
def test_what_cannot_be_meant(pactolus: Pactolus, files: Path, words: str, message: str) -> None:
    answer = pactolus(f"data build --out w {words}")
    assert answer.code == 2
    assert message in answer.err
    assert not Path("w").exists()


def test_without_a_place_to_write(pactolus: Pactolus, files: Path) -> None:
    assert "Missing option '--out'" in pactolus("data build --baci in").err
    Path("w").write_text("a file", encoding="utf-8")
    answer = pactolus("data build --out w --baci in")
    assert answer.code == 2
    assert "w: is a file, a folder is needed; choose another place with --out" in answer.err


def test_every_kind_has_an_option(pactolus: Pactolus, monkeypatch: pytest.MonkeyPatch) -> None:
    from pactolus.catalogue.readers.kinds import MODULES

    monkeypatch.setenv("COLUMNS", "200")
    shown = pactolus("data build --help")
    assert shown.code == 0
    for kind in MODULES:
        assert f"--{kind} " in shown.out


def test_help_loads_no_engine() -> None:
    code = "import sys; from pactolus.cli.main import run; run(['data', 'build', '--help']); "
    code += "print(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "'polars'" not in done.stdout.splitlines()[-1]


@pytest.mark.skipif(os.name != "posix", reason="a pseudo-terminal of POSIX")
def test_bars_on_a_terminal(files: Path) -> None:
    """On a terminal there are bars, and none of them is left when the work is done."""
    import pty

    leader, follower = pty.openpty()
    words = ["data", "build", "--out", "w", "--baci", "in", "--only", "--workers", "1"]
    child = subprocess.Popen(
        [sys.executable, "-m", "pactolus", *words],
        stdout=subprocess.DEVNULL,
        stderr=follower,
        cwd=files.parent,
    )
    os.close(follower)
    said = b""
    while True:
        try:
            part = os.read(leader, 65536)
        except OSError:
            break
        if not part:
            break
        said += part
    os.close(leader)
    assert child.wait() == 0
    text = said.decode()
    assert "\x1b[" in text
    assert "2/2" in text
    assert "[2/2]" not in text
    assert text.rstrip().endswith("--world w")
