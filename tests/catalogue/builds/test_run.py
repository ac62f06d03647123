"""A build from files to a world: what is joined, carried over, refused, resumed, and said."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pactolus.catalogue.build import join
from pactolus.catalogue.build.plan import SOURCES, TIDY
from pactolus.catalogue.verify import verify
from pactolus.catalogue.world import World, open_world
from pactolus.errors import DataError, InputError, OptionError
from pactolus.runs.files import sha256_of

from .conftest import COUNTRIES, FLOWS, Build, baci_zip, distances, yearly


def whole(world: World | None) -> World:
    assert world is not None
    assert [f for f in verify(world) if not f.ok] == []
    return world


def shifted(by: int) -> list[tuple[int, int, str, str, str]]:
    return [(i, j, k, f"{float(v) + by:.3f}", q) for i, j, k, v, q in FLOWS]


def test_a_world_from_one_archive(build: Build, tmp_path: Path) -> None:
    archive = baci_zip(tmp_path / "in")
    built = build(baci=archive)
    world = whole(built.world)
    assert world.tables == ("trade",)
    rows = world.table("trade").filter(pl.col("year") == 2023).rows()
    assert rows[0] == ("250410", "JPN", "CHN", 2023, 25_000_000, 40_000_000)
    assert rows[2] == ("250410", "KOR", "MDG", 2023, None, 1_000)
    assert open_world(tmp_path / "world").vintage == world.vintage
    origin = world.origins[world.origins_of("trade")[0]]
    assert origin.sha256 == sha256_of(archive)
    assert origin.accessed == "2030-01-02"
    assert "V202601" in origin.edition
    assert "not in this world: production" in "\n".join(built.notes)


def test_three_steps_lie_beside_each_other(build: Build, tmp_path: Path) -> None:
    archive = baci_zip(tmp_path / "in")
    build(baci=archive)
    out = tmp_path / "world"
    kept = out / SOURCES / sha256_of(archive) / archive.name
    assert kept.read_bytes() == archive.read_bytes()
    (tidy,) = (out / TIDY).iterdir()
    assert tidy.name.startswith(f"{sha256_of(archive)}-baci-")
    assert [sorted(p.name for p in part.iterdir()) for part in sorted(tidy.iterdir())] == [
        ["part.json", "trade.parquet"]
    ] * 2
    assert sorted(p.name for p in out.iterdir() if not p.is_dir()) == ["current"]
    assert not list(out.rglob(".*"))


def test_what_is_there_is_not_read_again(build: Build, tmp_path: Path) -> None:
    first = build(baci=baci_zip(tmp_path / "in"))
    again = build(baci=tmp_path / "in" / "BACI_HS92_V202601.zip")
    assert "2 parts were read by an earlier build and are used as they are" in again.notes
    assert whole(again.world).vintage == whole(first.world).vintage
    assert whole(again.world).folder != whole(first.world).folder  # the older world stays


def test_a_spoilt_tidy_table_is_read_again(build: Build, tmp_path: Path) -> None:
    archive = baci_zip(tmp_path / "in")
    vintage = whole(build(baci=archive).world).vintage
    for table in (tmp_path / "world" / TIDY).rglob("trade.parquet"):
        table.write_bytes(table.read_bytes()[:-5])
    again = build(baci=archive)
    assert whole(again.world).vintage == vintage
    assert not [note for note in again.notes if "earlier build" in note]


@pytest.mark.parametrize("workers", [3])
def test_the_same_world_for_any_number_of_workers(build: Build, tmp_path: Path, workers: int) -> None:
    archive = baci_zip(tmp_path / "in", range(2015, 2020))
    alone = build(baci=archive, out=tmp_path / "one")
    spread = build(baci=archive, distances=distances(tmp_path / "in"), out=tmp_path / "more", workers=workers)
    assert spread.tables["trade"].equals(alone.tables["trade"])
    assert (
        whole(spread.world).resource("trade")["logical_sha256"]
        == whole(alone.world).resource("trade")["logical_sha256"]
    )


def test_the_order_of_files_and_their_folders_do_not_matter(build: Build, tmp_path: Path) -> None:
    one, two = baci_zip(tmp_path / "a", [2021]), baci_zip(tmp_path / "b", [2022])
    first = whole(build(baci=[one, two], out=tmp_path / "1").world)
    second = whole(build(baci=[two, one], out=tmp_path / "2").world)
    assert first.vintage == second.vintage
    assert set(first.table("trade")["year"]) == {2021, 2022}


def test_one_year_from_two_files_is_refused(build: Build, tmp_path: Path) -> None:
    older = baci_zip(tmp_path / "a", [2021, 2022, 2023], version="V202501")
    newer = baci_zip(tmp_path / "b", [2022, 2023, 2024], flows=shifted(1))
    with pytest.raises(DataError) as caught:
        build(baci=[older, newer])
    assert str(caught.value) == (
        "trade: 2022 to 2023 stands in a/BACI_HS92_V202501.zip and in b/BACI_HS92_V202601.zip; "
        "give each year once, of one edition"
    )
    assert not (tmp_path / "world" / "current").exists()


def test_a_copy_of_a_file_is_read_once(build: Build, tmp_path: Path) -> None:
    archive = baci_zip(tmp_path / "a")
    (tmp_path / "b").mkdir()
    copy = tmp_path / "b" / "BACI_HS92_V202601.zip"
    copy.write_bytes(archive.read_bytes())
    built = build(baci=[archive, copy])
    assert [file.given.label for file in built.files] == ["a/BACI_HS92_V202601.zip"]


def test_the_later_edition_wins_and_this_is_said(build: Build, tmp_path: Path) -> None:
    """Numbers in the names of editions count as numbers: 9 comes before 10."""
    files = [distances(tmp_path / n, km=km) for n, km in (("a", 900.0), ("b", 1000.0))]
    ninth = files[0].rename(tmp_path / "a" / "9-dist_cepii.csv")
    tenth = files[1].rename(tmp_path / "b" / "10-dist_cepii.csv")
    built = build(distances=[tenth, ninth])
    assert set(built.tables["distances"]["distance_km"]) == {1000}
    (note,) = [n for n in built.notes if "later edition" in n]
    assert note == (
        "distances: 2 rows stand in a later edition too, which is taken "
        "(order: 9-dist_cepii.csv, then 10-dist_cepii.csv)"
    )


def test_what_no_file_brings_is_carried_over_and_said(build: Build, tmp_path: Path, embedded: World) -> None:
    built = build(distances=distances(tmp_path / "in"), only=False)
    world = whole(built.world)
    assert set(world.tables) == {*embedded.tables}
    assert world.table("trade").equals(embedded.table("trade"))
    assert world.origins_of("trade") == embedded.origins_of("trade")
    assert world.path("trade").read_bytes() == embedded.path("trade").read_bytes()
    assert world.table("distances").height == 2
    assert embedded.origins_of("distances")[0] not in world.origins
    (note,) = [n for n in built.notes if n.startswith("carried over")]
    assert "trade" in note
    assert "distances" not in note
    states = dict(built.coverage.filter(pl.col("source").is_null()).select("table", "from").iter_rows())
    assert states["distances"] == "your files"
    assert states["trade"] == "embedded"


def test_years_that_the_user_does_not_bring_are_named(build: Build, tmp_path: Path) -> None:
    built = build(baci=baci_zip(tmp_path / "in"), only=False)
    assert (
        "trade: your files bring no year of 1995-2021, 2024, which the embedded world has of another "
        "edition; editions are not mixed"
    ) in built.notes
    records = whole(built.world).table("corrections")
    assert not set(records["id"]) & {"baci-png-copper-prk", "baci-2024-late-reporters"}
    assert "wmd-perlite-sum" in set(records["id"])  # it speaks of rows that were carried over


def test_our_corrections_apply_to_the_users_rows(build: Build, tmp_path: Path) -> None:
    flows = [*FLOWS, (156, 410, "811230", "7.000", "1.000")]
    built = build(baci=baci_zip(tmp_path / "in", flows=flows))
    records = whole(built.world).table("corrections")
    assert dict(records.select("id", "rows").iter_rows())["baci-germanium-after-2006"] == 2


def test_a_record_that_meets_nothing_is_said_not_refused(build: Build, tmp_path: Path) -> None:
    built = build(baci=baci_zip(tmp_path / "in"))
    (note,) = [n for n in built.notes if "no longer needed?" in n]
    assert note.startswith(
        "8 of our corrections meet no row of these files (baci-cadmium-sulphide-after-2006,"
    )
    assert note.endswith(": no longer needed? look at 'fixed_when' in corrections.yaml")
    assert "baci-png-copper-2020" not in note  # it speaks of a year that is not in these files


OWN = """
- id: mine
  table: trade
  where: {hs_code: "250410", exporter: MDG, year: 2023}
  action: drop
  reason: A test.
  reference: none
  told: nobody
  fixed_when: never
"""


def test_records_of_the_user_are_applied(build: Build, tmp_path: Path) -> None:
    records = tmp_path / "mine.yaml"
    records.write_text(OWN, encoding="utf-8")
    built = build(baci=baci_zip(tmp_path / "in"), corrections=records)
    trade = whole(built.world).table("trade")
    assert trade.filter(pl.col("exporter") == "MDG")["year"].to_list() == [2022]
    assert "mine" in set(whole(built.world).table("corrections")["id"])


def test_records_of_the_user_must_meet_a_row(build: Build, tmp_path: Path) -> None:
    records = tmp_path / "mine.yaml"
    records.write_text(OWN.replace("2023", "1999"), encoding="utf-8")
    with pytest.raises(DataError, match="correction mine: meets no row of table trade; correct its cells"):
        build(baci=baci_zip(tmp_path / "in"), corrections=records)


def test_faults_of_names_and_records_are_told_before_the_work(build: Build, tmp_path: Path) -> None:
    (tmp_path / "names.csv").write_text("name,iso3\nWakanda,WKD\n", encoding="utf-8")
    (tmp_path / "mine.yaml").write_text("- {id: mine}\n", encoding="utf-8")
    with pytest.raises(OptionError) as caught:
        build(
            baci=baci_zip(tmp_path / "in"), names=tmp_path / "names.csv", corrections=tmp_path / "mine.yaml"
        )
    text = str(caught.value)
    assert "names.csv: line 2: code 'WKD' is not known" in text
    assert "record 1 (mine): table is missing" in text
    assert not (tmp_path / "world").exists()


def test_one_error_for_all_faults_of_all_files(build: Build, tmp_path: Path) -> None:
    bad = [(156, 410, "250410", "many", "1.0"), (999, 410, "250410", "1.0", "1.0")]
    archive = baci_zip(tmp_path / "in", [2022, 2023], flows=bad)
    wrong = distances(tmp_path / "in")
    wrong.write_text(wrong.read_text("utf-8").replace("956.5", "1e9"), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        build(baci=archive, distances=wrong)
    lines = str(caught.value).splitlines()
    for year in (2022, 2023):
        assert any("in/BACI_HS92_V202601.zip: " in n and f"Y{year}" in n and "'many'" in n for n in lines)
        assert any("in/BACI_HS92_V202601.zip: " in n and f"Y{year}" in n and "999" in n for n in lines)
    assert any(n.startswith("in/dist_cepii.csv: line 2: '1e9' km is more than half around") for n in lines)
    out = tmp_path / "world"
    assert not (out / "current").exists()
    assert not [p for p in out.iterdir() if p.name not in (SOURCES, TIDY)]


def test_a_check_writes_nothing(build: Build, tmp_path: Path) -> None:
    built = build(baci=baci_zip(tmp_path / "in"), check=True)
    assert built.world is None
    assert built.tables["trade"].height == 8
    assert not (tmp_path / "world").exists()


def test_a_check_beside_a_world_changes_nothing(build: Build, tmp_path: Path) -> None:
    build(baci=baci_zip(tmp_path / "in"))
    before = sorted(tmp_path.rglob("*"))
    built = build(baci=baci_zip(tmp_path / "in", [2022, 2023, 2024]), check=True)
    assert built.tables["trade"].height == 12
    assert sorted(tmp_path.rglob("*")) == before


def test_a_doubted_finding_is_accepted_by_its_id(build: Build, tmp_path: Path) -> None:
    twice = [*FLOWS, (156, 410, "250410", "61000.000", "40000.000")]
    archive = baci_zip(tmp_path / "in", [2023], flows=twice)
    with pytest.raises(
        DataError, match=r"stands 2 times with different values.*\(accept: [0-9a-f]{10}\)"
    ) as caught:
        build(baci=archive)
    mark = str(caught.value).split("(accept: ")[1][:10]
    built = build(baci=archive, accepted=frozenset({mark, "0123456789"}))
    findings = whole(built.world).table("findings")
    assert findings.filter(pl.col("weight") == "accepted")["file"].to_list() == ["in/BACI_HS92_V202601.zip"]
    assert "--accept 0123456789: no finding has this id" in built.notes
    with pytest.raises(DataError, match="accept: "):  # what was accepted once is asked for again
        build(baci=archive)
    moved = baci_zip(tmp_path / "elsewhere", [2023], flows=twice)
    assert build(baci=moved, accepted=frozenset({mark})).world is not None  # wherever the file lies


def test_a_name_that_the_user_adds(build: Build, tmp_path: Path) -> None:
    names = tmp_path / "names.csv"
    names.write_text("name,iso3\nWakanda,KEN\n", encoding="utf-8")
    sheet = tmp_path / "world_mining_data.db"
    mining(sheet, "Wakanda")
    with pytest.raises(DataError, match=r"country 'Wakanda' is not known.*add it to --names FILE"):
        build(wmd=sheet)
    built = build(wmd=sheet, names=names)
    assert set(whole(built.world).table("production")["country"]) == {"KEN", "COD"}


def mining(file: Path, country: str) -> None:
    """World Mining Data as the SQLite copy holds it: one table, two countries."""
    import sqlite3

    with sqlite3.connect(file) as db:
        db.execute('create table Cobalt (Country, Country_ISO, unit, "2022", "2023", data_source)')
        rows = [
            (country, "KEN", "metr. t", 10.0, 11.0, "r"),
            ("Congo, D.R.", "COD", "metr. t", 30.0, 31.0, "e"),
        ]
        db.executemany("insert into Cobalt values (?, ?, ?, ?, ?, ?)", rows)
        db.execute("insert into Cobalt values ('Total', 'DELETE', 'metr. t', 40.0, 42.0, null)")
    db.close()


def test_a_source_of_a_table_is_replaced_alone(build: Build, tmp_path: Path, embedded: World) -> None:
    file = tmp_path / "world_mining_data.db"
    mining(file, "Kenya")
    world = whole(build(wmd=file, only=False).world)
    production = world.table("production")
    assert production.filter(pl.col("source") == "wmd").height == 4
    assert production.filter(pl.col("source") == "usgs").equals(
        embedded.table("production").filter(pl.col("source") == "usgs")
    )
    assert world.origins_of("production")[1:] == ("usgs-mcs-2026",)
    ids = set(world.table("corrections")["id"])
    assert "usgs-manganese-price-unit" in ids
    assert "wmd-perlite-sum" not in ids


def test_a_folder_is_searched_and_what_builds_keep_is_passed_over(build: Build, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    distances(folder / "deep" / "deeper")
    (folder / "~$dist_cepii.xlsx").touch()
    (folder / ".hidden").mkdir()
    distances(folder / ".hidden", km=1.0)
    out = folder / "my-world"
    first = build(out=out, distances=folder)
    again = build(out=out, distances=folder)
    labels = ["deeper/dist_cepii.csv"]
    assert [f.given.label for f in first.files] == [f.given.label for f in again.files] == labels
    assert whole(again.world).vintage == whole(first.world).vintage


def test_paths_that_cannot_be_meant(build: Build, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    baci_zip(tmp_path / "in")
    with pytest.raises(InputError) as caught:
        build(
            baci=[tmp_path / "in" / "BACI_HS92_V202610.zip", tmp_path / "empty"], distances=tmp_path / "gone"
        )
    lines = str(caught.value).splitlines()
    assert lines[0].startswith("--baci: ")
    assert lines[0].endswith("no such file or folder; is it 'BACI_HS92_V202601.zip'?")
    assert lines[1].endswith("empty: no file in this folder begins with 'baci_' and ends with .zip or .csv")
    assert lines[2].startswith("--distances: ")
    with pytest.raises(OptionError, match="no file is given; give one or more of --baci, --wmd, "):
        build()


def loose(folder: Path, areas: str) -> Path:
    """A yearly file of BACI with the list of countries beside it, as unpacked from the archive."""
    folder.mkdir(exist_ok=True)
    (folder / "country_codes_V202601.csv").write_text(areas, encoding="utf-8")
    file = folder / "BACI_HS92_Y2023_V202601.csv"
    file.write_text(yearly(2023), encoding="utf-8")
    return file


def test_a_list_beside_a_file_is_part_of_it(build: Build, tmp_path: Path) -> None:
    file = loose(tmp_path / "in", COUNTRIES)
    first = build(baci=file)
    assert len(list((tmp_path / "world" / SOURCES).glob("*/country_codes_V202601.csv"))) == 1
    assert build(baci=file).files[0].reused == 1
    other = build(
        baci=loose(tmp_path / "in", COUNTRIES.replace("450,Madagascar,MG,MDG", "450,Malawi,MW,MWI"))
    )
    assert other.files[0].reused == 0
    exporters = [set(built.tables["trade"]["exporter"]) for built in (first, other)]
    assert exporters == [{"CHN", "MDG"}, {"CHN", "MWI"}]


def test_files_without_any_fact(build: Build, tmp_path: Path) -> None:
    loose(tmp_path / "in", COUNTRIES)
    with pytest.raises(
        DataError, match=r"in/country_codes_V202601\.csv: there is no fact inside; give the pub"
    ):
        build(baci=tmp_path / "in" / "country_codes_V202601.csv")


class Meddler:
    """Writes into a file while it is read."""

    def __init__(self, file: Path) -> None:
        self.target = file

    def step(self, what: str, done: int, total: int, /) -> None:
        """Hear nothing."""

    def file(self, label: str, done: int, total: int, /) -> None:
        with self.target.open("ab") as stream:
            stream.write(b"\n")


def test_a_file_that_changes_while_it_is_read(build: Build, tmp_path: Path) -> None:
    archive = baci_zip(tmp_path / "in")
    with pytest.raises(
        DataError, match="the file: changed while it was read; build again once nothing writes"
    ):
        build(baci=archive, listener=Meddler(archive))
    assert not (tmp_path / "world" / "current").exists()


def test_what_is_derived_is_there_before_the_world_is_in_force(tmp_path: Path) -> None:
    from pactolus.catalogue.build.run import build_world

    from .conftest import asked

    seen = []

    def finish(folder: Path) -> None:
        seen.append((tmp_path / "world" / "current").exists())
        (folder / "derived").mkdir()
        (folder / "derived" / "note").write_text(open_world(folder).vintage, encoding="utf-8")

    built = build_world(
        asked(tmp_path / "world", baci=baci_zip(tmp_path / "in")), created_by="a test", finish=finish
    )
    world = whole(built.world)
    assert seen == [False]
    assert (world.folder / "derived" / "note").read_text("utf-8") == world.vintage


def test_a_note_names_few_editions_and_counts_many() -> None:
    assert join._in_order(["2023", "2024", "2023"]) == "2023, then 2024"
    assert join._in_order([f"2024, file {n}" for n in range(9)]) == "9 files, the last 2024, file 8"
