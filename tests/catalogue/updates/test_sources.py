"""The user's ``sources.yaml``: files of one's own, changes of ours, and every fault of it at once."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from pactolus.catalogue.build.plan import Asked
from pactolus.catalogue.build.run import build_world
from pactolus.catalogue.updates.build import with_updates
from pactolus.catalogue.updates.known import known_on, status_on
from pactolus.catalogue.updates.sources import BUILT_IN, chosen_sources, known_sources
from pactolus.catalogue.world import open_world
from pactolus.errors import InputError, OptionError
from tests.conftest import ROOT

from .publishers import Publishers, pink_bytes

CUSTOMS = ROOT / "docs" / "assets" / "spreadsheet"
OWN = """
sources:
  pinksheet-monthly: {on: false}
  comtrade-monthly: {on: false}
  kor-customs:
    address: ADDRESS/kor-customs.csv
    kind: spreadsheet
    mapping: kor-customs.yaml
    licence: KOGL Type 1
    title: Korean imports, made up
"""


@pytest.fixture
def customs(publishers: Publishers, tmp_path: Path) -> Path:
    home = tmp_path / "live"
    home.mkdir()
    (home / "sources.yaml").write_text(OWN.replace("ADDRESS", publishers.address), encoding="utf-8")
    shutil.copy(CUSTOMS / "kor-customs.yaml", home)
    publishers.files["/kor-customs.csv"] = (CUSTOMS / "kor-customs.csv").read_bytes()
    return home


def test_ours_are_listed_and_the_mirror_is_off() -> None:
    assert [s.id for s in chosen_sources(BUILT_IN)] == ["comtrade-monthly", "pinksheet-monthly"]
    assert [s.id for s in chosen_sources(BUILT_IN, ["comtrade-mirror"])] == ["comtrade-mirror"]
    with pytest.raises(
        OptionError, match=r"no source 'pinksheet'; there are .*; did you mean 'pinksheet-monthly'"
    ):
        chosen_sources(BUILT_IN, ["pinksheet"])


def test_a_customs_extract_comes_in_through_its_mapping(
    publishers: Publishers, customs: Path, tmp_path: Path
) -> None:
    assert [e.status for e in publishers.update(customs, sources=None).entries] == ["new"]
    (known,) = known_on(customs)
    assert known.file.suffix == ".yaml"
    assert known.file.parent.joinpath(f"{known.sha256}.csv").is_file()
    asked = with_updates(Asked(out=tmp_path / "world", files={}, accessed="2030-01-01", only=True), customs)
    built = build_world(asked, created_by="a test")
    assert built.world is not None
    assert set(built.world.table("trade_reported")["source"]) == {"kor-customs-example"}
    (origin,) = [o for o in built.world.origins.values() if o.id.startswith("spreadsheet")]
    assert (origin.licence, origin.accessed) == ("KOGL Type 1", "2026-03-10")
    assert origin.carrier == f"pactolus data update: {publishers.address}/kor-customs.csv"
    # The same bytes through a mended mapping are another vintage; the older one stays as it was read.
    mapping = customs / "kor-customs.yaml"
    mapping.write_text(mapping.read_text(encoding="utf-8") + "totals: [합계]\n", encoding="utf-8")
    assert [e.status for e in publishers.update(customs, sources=None).entries] == ["new"]
    assert known_on(customs)[0].sha256 == known.sha256
    assert known_on(customs, "2026-03-10")[0].file == known.file
    assert [e.status for e in publishers.update(customs, sources=None).entries] == ["unchanged"]


def test_another_encoding_is_refused(publishers: Publishers, customs: Path) -> None:
    publishers.update(customs, sources=None)
    text = (CUSTOMS / "kor-customs.csv").read_text(encoding="utf-8")
    publishers.files["/kor-customs.csv"] = text.encode("cp932", errors="replace")
    (status,) = publishers.update(customs, sources=None).failed
    assert status.sentence.startswith(
        "kor-customs is stale since 2026-03-11, the data received on 2026-03-10 are used: "
    )


def test_a_mapping_that_was_spoilt_keeps_yesterdays(publishers: Publishers, customs: Path) -> None:
    publishers.update(customs, sources=None)
    (customs / "kor-customs.yaml").write_text("id: [")
    (status,) = publishers.update(customs, sources=None).failed
    assert status.reason.startswith("kor-customs.yaml:")
    assert known_on(customs)[0].day == "2026-03-10"


def test_another_header_names_what_is_missing(publishers: Publishers, customs: Path) -> None:
    publishers.update(customs, sources=None)
    text = (CUSTOMS / "kor-customs.csv").read_text(encoding="utf-8")
    publishers.files["/kor-customs.csv"] = text.replace("HS코드", "품목코드").encode()
    (status,) = publishers.update(customs, sources=None).failed
    assert "HS코드" in status.reason


def test_a_world_of_a_day_holds_what_was_known_then(publishers: Publishers, tmp_path: Path) -> None:
    home = tmp_path / "live"
    for price in (511.5, 600.25):
        publishers.files["/cmo.xlsx"] = pink_bytes(tmp_path, price)
        publishers.update(home, "pinksheet-monthly")
    del publishers.files["/cmo.xlsx"]
    publishers.update(home, "pinksheet-monthly")
    prices = {}
    for day in ("2026-03-10", "2026-03-11", "2026-03-12"):
        asked = Asked(out=tmp_path / day, files={}, accessed="2030-01-01", only=True)
        built = build_world(with_updates(asked, home, day), created_by="a test")
        world = open_world(tmp_path / day)
        prices[day] = world.table("prices_monthly").filter(mineral="aluminium")["price"].max()
        assert built.world is not None
        assert built.world.data_status == world.data_status
        stale = [status.stale_since for status in world.data_status]
        assert stale == (["2026-03-12"] if day == "2026-03-12" else [""])
        assert any("pinksheet-monthly is stale since" in n for n in built.notes) is (day == "2026-03-12")
    assert prices == {"2026-03-10": 511.5, "2026-03-11": 600.25, "2026-03-12": 600.25}


def test_a_source_that_is_off_and_never_came_is_not_spoken_of(publishers: Publishers, tmp_path: Path) -> None:
    home = tmp_path / "live"
    publishers.files["/cmo.xlsx"] = pink_bytes(tmp_path)
    mirror = {"comtrade-mirror": replace(BUILT_IN["comtrade-mirror"], address=publishers.address, on=True)}
    publishers.wrong = [(401, {}, b"")]
    publishers.update(home, sources=mirror)
    publishers.update(home, "pinksheet-monthly")
    assert [s.source for s in status_on(home)] == ["comtrade-mirror", "pinksheet-monthly"]
    asked = Asked(out=tmp_path / "w", files={}, accessed="2030-01-01")
    assert [s.source for s in with_updates(asked, home).statuses] == ["pinksheet-monthly"]


WRONG = """
sources:
  pinksheet-monthly: {adress: "https://example.org/a"}
  comtrade-monthly: {address: "http://example.org", reporters: [KRO], months: 0,
                     flows: [RX], minerals: kobalt}
  Own: {address: "https://example.org", kind: bgs, licence: x}
  mine: {kind: bgs, on: 3}
  other: {address: "https://example.org/x", kind: bgss, licence: x}
  sheet: {address: "https://example.org/x", kind: spreadsheet, licence: x}
  table: {address: "https://me:secret@example.org/x", kind: bgs, licence: x, mapping: none.yaml}
"""


def test_every_fault_of_the_file_is_told_at_once(publishers: Publishers, tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").write_text(WRONG)
    with pytest.raises(InputError) as caught:
        publishers.update(tmp_path, sources=None)
    told = str(caught.value)
    for words in (
        "sources.yaml:3:23: sources.pinksheet-monthly.adress: is no name of this part; did you mean",
        "sources.comtrade-monthly.address: address 'http://example.org': give one that begins with https://",
        "sources.comtrade-monthly.reporters: unknown country or region 'KRO'; did you mean 'KOR'",
        "sources.comtrade-monthly.months: '0'; write a whole number from 1 to 600",
        "sources.comtrade-monthly.flows: RX; M is import, X export",
        "sources.comtrade-monthly.minerals: ",
        "sources.Own: 'Own'; write small letters, digits and hyphens",
        "sources.mine: address is missing; write address, kind and licence",
        "sources.mine: licence is missing",
        "sources.mine.on: '3'; write true or false",
        "sources.other.kind: 'bgss'; did you mean",
        "sources.sheet: mapping is missing; a source of kind spreadsheet has one, no other has",
        "sources.table: mapping is given",
        "holds a user name or password, which would stand in the log",
    ):
        assert words in told
    assert publishers.asked() == []


def test_an_address_can_be_given_for_a_source(tmp_path: Path) -> None:
    found = known_sources(tmp_path, {"pinksheet-monthly": "https://example.org/cmo.xlsx"})
    assert (found["pinksheet-monthly"].address, found["pinksheet-monthly"].page) == (
        "https://example.org/cmo.xlsx",
        "",
    )
    with pytest.raises(InputError) as caught:
        known_sources(tmp_path, {"pink": "https://example.org", "comtrade-monthly": "ftp://example.org"})
    assert "--address: no source 'pink'" in str(caught.value)
    assert "--address: comtrade-monthly: address 'ftp://example.org': give one that begins" in str(
        caught.value
    )
