"""The shipped register: cases an expert checks first, honest counts, and every seed event."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from pactolus.policy.register import instruments, register, unverified
from pactolus.policy.search import in_force, listed
from pactolus.policy.states import LISTED
from pactolus.policy.transfer import Lot, transferable

SHARED = Path(__file__).parents[3] / "shared" / "data"
#: Seed event -> the record that holds it.
EVENTS = {
    "CHN-REE-2010-JPN": "CHN-2010-JPN",
    "CHN-REE-QUOTA": "CHN-2006-REE-EXPQ",
    "CHN-WMO-QUOTA": "CHN-2006-WMO-EXPQ",
    "IDN-ORE-2014": "IDN-2014-ORE",
    "IDN-NI-2020": "IDN-2020-NI",
    "RUS-PGM-2022": "GBR-2022-LPPM",
    "GBR-DUTY-2022": "GBR-2022-DUTY",
    "LME-RUS-2024": "GBR-2024-EXCHANGES",
    "ZWE-LI-2022": "ZWE-2022-LI",
    "NAM-2023": "NAM-2023",
    "CHN-GAGE-2023": "CHN-2023-23",
    "CHN-GRAPHITE-2023": "CHN-2023-39",
    "AUS-GEMCO-2024": "AUS-2024-GEMCO",
    "CHN-SB-2024": "CHN-2024-33",
    "CHN-US-2024": "CHN-2024-46-2",
    "CHN-W5-2025": "CHN-2025-10",
    "COD-CO-2025": "COD-2025-SUSP",
    "CHN-REE7-2025": "CHN-2025-18",
    "CHN-OCT-2025": "CHN-2025-61",
    "COD-CO-QUOTA": "COD-2025-QUOTA",
    "CHN-JPN-2026": "CHN-2026-1",
    "GAB-MN-2029": "GAB-2029",
    "CHN-US-2024-SUSP": "CHN-2025-72",
}


def state(identity: str, day: str) -> str | None:
    span = register()[identity].on(date.fromisoformat(day))
    return span.state if span else None


@pytest.mark.parametrize("number", ["55", "56", "57", "58", "61", "62"])
def test_notices_of_october_2025(number: str) -> None:
    """Suspended to 10 November 2026; the day after is unconfirmed, not in force (domain 3)."""
    identity = f"CHN-2025-{number}"
    assert [state(identity, d) for d in ("2026-11-09", "2026-11-10", "2026-11-11", "2026-11-23")] == [
        "suspended",
        "suspended",
        "unconfirmed",
        "unconfirmed",
    ]
    held = register()[identity].on(date(2026, 11, 23))
    assert held is not None
    assert (held.why, held.what) == ("suspension_expired", "2026-11-10")


def test_notice_46_of_2024_clause_by_clause() -> None:
    military, listed_minerals = register()["CHN-2024-46-1"], register()["CHN-2024-46-2"]
    assert military.end_use == "military"
    assert military.targets == ("USA",)
    assert [state("CHN-2024-46-1", d) for d in ("2024-12-03", "2025-12-01", "2026-11-24", "2026-12-24")] == [
        "in_force"
    ] * 4
    assert [state("CHN-2024-46-2", d) for d in ("2024-12-03", "2026-11-09", "2026-11-27", "2026-11-28")] == [
        "in_force",
        "suspended",
        "suspended",
        "unconfirmed",
    ]
    assert {"gallium", "germanium", "antimony"} <= set(listed_minerals.minerals)
    assert (military.reach, listed_minerals.reach) == ("yes", "yes")


def test_notice_1_of_2026_is_about_military_use_and_reaches_third_parties() -> None:
    notice = register()["CHN-2026-1"]
    assert (notice.end_use, notice.reach, notice.targets) == ("military", "yes", ("JPN",))
    assert [state("CHN-2026-1", d) for d in ("2026-01-05", "2026-01-06", "2026-11-23")] == [
        None,
        "in_force",
        "in_force",
    ]


def test_gallium_of_chinese_origin_is_not_passed_to_japan_without_a_review() -> None:
    day = date(2026, 11, 23)
    lot = Lot(mineral="gallium", origin="CHN", stage="refined")
    assert transferable(register(), lot, "JPN", day).answer == "unknown"
    assert "CHN-2026-1" in transferable(register(), lot, "JPN", day).measures
    assert transferable(register(), Lot(mineral="lithium", origin="CHL"), "JPN", day).answer == "yes"
    assert transferable(register(), Lot(mineral="gallium", origin=None), "JPN", day).answer == "unknown"


def test_what_bears_on_gallium_for_japan() -> None:
    found = {
        m.id: s.state
        for m, s in in_force(register(), date(2026, 11, 23), importer="JPN", minerals=["gallium"])
    }
    assert found["CHN-2023-23"] == "in_force"
    assert "CHN-2024-46-2" not in found  # targets the United States


def test_no_proposal_and_no_de_facto_measure_is_ever_in_force() -> None:
    for measure in register():
        entries = {entry.state for entry in measure.states}
        states = {span.state for span in measure.spans}
        if "in_force" not in entries:
            assert "in_force" not in states, measure.id
        if entries <= {"proposed", "de_facto", "announced", "ended"}:
            assert not states & {"in_force"}, measure.id


def test_every_record_has_a_source_place_and_day_and_three_titles() -> None:
    for measure in register():
        assert measure.references, measure.id
        for one in measure.references:
            assert one.locator, measure.id
            assert one.read_on, measure.id
            assert one.link.startswith("http"), measure.id
        assert set(measure.titles) == {"en", "ko", "ja"}
        assert measure.says, measure.id
        assert max(map(len, measure.titles.values())) <= 110, measure.id


def test_titles_are_in_their_language_and_blame_nobody() -> None:
    words = (
        "retaliat",
        "weaponi",
        "coerc",
        "blackmail",
        "hostile",
        "보복",
        "무기화",
        "武器化",
        "報復",
        "威圧",
    )
    for measure in register():
        assert any("가" <= c <= "힣" for c in measure.titles["ko"]), measure.id
        assert any("぀" <= c <= "ヿ" or "一" <= c <= "鿿" for c in measure.titles["ja"]), measure.id
        text = " ".join([*measure.titles.values(), measure.says or ""]).casefold()
        assert not [w for w in words if w in text], measure.id


def test_unverified_records_never_count() -> None:
    assert not {m.id for m in unverified()} & {m.id for m in register()}
    days = [date(2026, 11, 24), date(2025, 1, 1)]
    assert not {m.id for d in days for m, _ in listed(register(), d)} & {m.id for m in unverified()}


def test_counts_are_those_the_documentation_states() -> None:
    page = (Path(__file__).parents[2] / "docs" / "explanation" / "policy-register.md").read_text("utf-8")
    assert f"{len(register())} records whose source was read" in page
    assert f"{len(unverified())} more wait" in page
    by = Counter(one.locator == "headline" for m in register() for one in m.references[:1])
    assert f"of {by[True]} only the headline" in page


@pytest.mark.skipif(not SHARED.exists(), reason="the shared data are not beside this clone")
@pytest.mark.parametrize(
    "name", ["policy_measures_producers.csv", "policy_measures_importers.csv"], ids=["producers", "importers"]
)
def test_every_row_that_waited_is_a_record_or_waits_unverified(name: str) -> None:
    with (SHARED / "reference" / name).open(encoding="utf-8") as file:
        ids = {row["id"] for row in csv.DictReader(file)}
    assert sorted(ids - {m.id for m in register()} - {m.id for m in unverified()} - FOLDED) == []


#: Rows of the reference file that other records hold.
FOLDED: set[str] = set()


@pytest.mark.skipif(not SHARED.exists(), reason="the shared data are not beside this clone")
def test_every_seed_event_is_a_record() -> None:
    with (SHARED / "tidy" / "events_supply_disruption.csv").open(encoding="utf-8") as file:
        events = [row["event_id"] for row in csv.DictReader(file)]
    assert [e for e in events if EVENTS.get(e) not in {m.id for m in register()}] == []


def test_every_instrument_is_listed_once_in_three_languages() -> None:
    for one in instruments().values():
        assert set(one.names) >= {"en", "ko", "ja"}
    used = {m.instrument for m in register()}
    assert used <= set(instruments())
    assert len(used) > 15
    assert {m.issuer[0] for m in register()} > {"CHN", "KOR", "JPN", "USA", "EU", "IDN", "COD", "IPEF-SCA"}
    assert all(LISTED.index(s.state) >= 0 for _, s in in_force(register(), date(2026, 11, 24)))
