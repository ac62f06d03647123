"""All derived tables in one pass, and how they are kept beside their world."""

from __future__ import annotations

import json
import shutil

import polars as pl
import pytest

from pactolus.catalogue import store
from pactolus.catalogue.origins import Origin
from pactolus.catalogue.rules import faults_of
from pactolus.catalogue.store import write_derived, write_world
from pactolus.catalogue.verify import verify
from pactolus.catalogue.world import conform, open_world
from pactolus.errors import DataError, OutputError, WorldError
from pactolus.network import derive as module
from pactolus.network.derive import code_version, derive, derive_world, is_current
from pactolus.network.tables import DERIVED
from tests.network.small import made_of, trade_of

ORIGIN = Origin(
    id="test",
    producer="The test",
    title="Some rows",
    edition="1",
    published="2030",
    accessed="2030-01-02",
    licence="none needed",
    link="https://example.org",
)
YEARS = range(2016, 2024)
# a steady flow of nickel ore whose weight in 2022 is a tenth of what it should be, and one without a weight
TRADE = pl.concat(
    [
        trade_of(
            ("260400", "CHN", "PHL", year, 3_000_000 if year == 2022 else 30_000_000, 1_200_000),
            ("260400", "JPN", "NCL", year, None if year == 2021 else 5_000_000, 300_000),
            ("260400", "KOR", "NCL", year, 6_000_000, 360_000),
        )
        for year in YEARS
    ]
)
MADE = pl.concat(
    [
        made_of(
            ("nickel", "ore", "Ni content", "PHL", year, 250_000),
            ("nickel", "ore", "Ni content", "NCL", year, 190_000),
        )
        for year in (2021, 2022)
    ]
).with_columns(flag=pl.lit(None, pl.String))


@pytest.fixture(scope="module")
def tables():
    return derive(TRADE, MADE)


@pytest.fixture
def world(tmp_path):
    return write_world(
        tmp_path / "world",
        {"trade": TRADE, "production": MADE},
        [ORIGIN],
        {"trade": ["test"], "production": ["test"]},
        created_by="pactolus test",
    )


def test_every_table_keeps_its_specification(tables):
    assert list(tables) == ["repairs", "repair_summary", "flows", "balances", "grades", "checks"]
    for name, frame in tables.items():
        assert faults_of(conform(frame, DERIVED[name]), DERIVED[name]) == []


def test_a_wrong_weight_is_mended_contained_and_balanced(tables):
    repairs = tables["repairs"].filter(year=2022, exporter="PHL").row(0, named=True)
    assert repairs["repaired_kg"] == pytest.approx(30_000_000, rel=0.05)
    flow = tables["flows"].filter(year=2022, exporter="PHL").row(0, named=True)
    assert flow["gross_kg"] == repairs["repaired_kg"]
    assert flow["contained_kg"] == round(repairs["repaired_kg"] * 0.01)
    # one exporter: production and flow meet at the geometric mean of what is made and what is shipped
    assert flow["balanced_kg"] == pytest.approx((250_000 * flow["contained_kg"]) ** 0.5, abs=1)
    assert TRADE.filter(year=2022, exporter="PHL")["quantity_kg"].item() == 3_000_000  # the fact stays


def test_flows_are_of_the_years_with_production(tables):
    assert tables["flows"]["year"].unique().sort().to_list() == [2021, 2022]
    assert tables["repair_summary"]["year"].unique().sort().to_list() == list(YEARS)


def test_rows_marked_unusable_are_left_out():
    flag = pl.DataFrame(
        {
            "id": ["x"],
            "table": ["trade"],
            "where": [json.dumps({"hs_code": "260400", "exporter": "PHL"})],
            "column": [None],
            "action": ["flag"],
            "unusable": [True],
        }
    )
    assert derive(TRADE, MADE, corrections=flag)["flows"]["exporter"].unique().to_list() == ["NCL"]


def test_a_year_with_late_reporters_is_no_good_year():
    flag = pl.DataFrame(
        {
            "id": ["late"],
            "table": ["trade"],
            "where": [json.dumps({"year": 2022})],
            "column": [None],
            "action": ["flag"],
            "unusable": [False],
        }
    )
    grades = derive(TRADE, MADE, corrections=flag)["grades"].filter(mineral="nickel", stage="ore")
    reasons = dict(grades.select("year", "reasons").rows())
    assert "year_incomplete" in reasons[2022]
    assert "year_incomplete" not in (reasons[2021] or "")


def test_the_order_of_rows_does_not_matter(tables):
    again = derive(TRADE.reverse(), MADE.reverse())
    assert {name for name, frame in again.items() if not frame.equals(tables[name])} == set()


def test_progress_begins_at_nothing_and_ends_at_all():
    heard = []
    derive(TRADE, MADE, progress=lambda what, done, total: heard.append((done, total)))
    shares = [done / total for done, total in heard]
    assert shares == sorted(shares)
    assert heard[-1][0] == heard[-1][1]


def test_a_world_and_what_is_derived_from_it(world, tables):
    assert world.derived_tables == ()
    done = derive_world(world)
    assert done.derived_tables == tuple(tables)
    assert done.derived("flows").equals(conform(tables["flows"], DERIVED["flows"]))
    assert done.scan_derived("grades").collect().equals(done.derived("grades"))
    assert done.vintage == world.vintage  # facts do not change by being computed with
    assert is_current(done)


def test_deriving_twice_gives_the_same_files(world):
    def names():
        return sorted(f.name for f in (world.folder / "derived").iterdir())

    derive_world(world)
    first = names()
    derive_world(world)
    assert names() == first


def test_tables_of_another_vintage_are_refused(world, tmp_path):
    derive_world(world)
    other = write_world(
        tmp_path / "other",
        {"trade": TRADE.head(5), "production": MADE},
        [ORIGIN],
        {"trade": ["test"], "production": ["test"]},
        created_by="pactolus test",
    )
    shutil.copytree(world.folder / "derived", other.folder / "derived")
    with pytest.raises(WorldError) as caught:
        open_world(other.folder).derived("flows")
    assert f"computed from vintage {world.vintage[:12]}, this world is {other.vintage[:12]}" in str(
        caught.value
    )
    assert "'pactolus data derive'" in str(caught.value)


def test_a_changed_or_missing_table_is_refused(world):
    done = derive_world(world)
    file = done.derived_record.path("grades")
    file.write_bytes(file.read_bytes() + b"x")
    with pytest.raises(WorldError, match=r"checksum .* is not the recorded"):
        open_world(world.folder).derived("grades")
    file.unlink()
    with pytest.raises(WorldError, match="cannot be read"):
        open_world(world.folder).derived("grades")
    with pytest.raises(WorldError, match="no derived table 'flow', there are repairs, repair_summary, flows"):
        open_world(world.folder).derived("flow")


def test_verifying_a_world_looks_at_its_derived_tables_too(world):
    done = derive_world(world)
    findings = {(f.table, f.check): f for f in verify(done, DERIVED) if f.table.startswith("derived")}
    assert {table for table, _ in findings} == {f"derived:{name}" for name in done.derived_tables}
    assert {check for _, check in findings} == {"file", "rules"}
    assert all(f.ok for f in findings.values())
    file = done.derived_record.path("flows")
    file.write_bytes(file.read_bytes() + b"x")
    failed = [f for f in verify(open_world(world.folder), DERIVED) if not f.ok]
    assert [(f.table, f.check) for f in failed] == [("derived:flows", "file")]
    record = world.folder / "derived" / "derived.json"
    record.write_text(record.read_text(encoding="utf-8").replace(world.vintage, "0" * 64), encoding="utf-8")
    failed = [f for f in verify(open_world(world.folder), DERIVED) if not f.ok]
    assert [(f.table, f.check) for f in failed] == [("derived", "file")]
    assert "computed from vintage 000000000000" in failed[0].message


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{", "cannot be read"),
        ("[]", "no record of derived tables"),
        ('{"vintage": 1, "code": "", "created_by": "", "tables": []}', "vintage is missing or no str"),
        (
            '{"vintage": "a", "code": "", "created_by": "", "tables": [{"name": "flows", "path": "../x", '
            '"rows": 1, "bytes": 1, "sha256": ""}]}',
            "not a name in the folder",
        ),
    ],
)
def test_a_broken_record_is_one_message(world, text, fault):
    folder = world.folder / "derived"
    folder.mkdir()
    (folder / "derived.json").write_text(text, encoding="utf-8")
    with pytest.raises(WorldError, match=fault):
        _ = world.derived_tables


def test_a_write_that_fails_half_way_leaves_the_old_tables(world, tables, monkeypatch):
    done = derive_world(world)
    before = done.derived("grades")

    def full(path, text):
        raise OutputError(f"{path}: cannot be written (No space left on device)")

    monkeypatch.setattr(store, "write_text", full)
    with pytest.raises(OutputError, match="No space left"):
        write_derived(done, {"grades": tables["grades"].head(3)}, DERIVED, code="x", created_by="test")
    assert open_world(world.folder).derived("grades").equals(before)


def test_a_table_that_breaks_its_rules_is_not_written(world, tables):
    twice = pl.concat([tables["grades"].head(1)] * 2)
    with pytest.raises(DataError, match="grades: 2 rows share a key"):
        write_derived(world, {"grades": twice}, DERIVED, code="x", created_by="test")
    assert not (world.folder / "derived").exists()


def test_another_method_is_another_code(monkeypatch):
    now = code_version()
    assert code_version() == now
    monkeypatch.setattr(module, "METHOD", module.METHOD + 1)
    assert code_version() != now
