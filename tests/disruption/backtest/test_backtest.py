"""Back-test: reference errors, the numbers to reach, no look ahead, intervals, and files with faults."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from pactolus.catalogue.world import World, open_world
from pactolus.disruption.backtest.announced import announced_scores, expected_cuts
from pactolus.disruption.backtest.scoring import Scores, bootstrap, detail, read_events, scores
from pactolus.disruption.history.events import Event, events_of, named_events
from pactolus.disruption.history.intervals import coverage, historical_coverage
from pactolus.errors import DataError
from pactolus.policy.register import register

REFERENCE = Path(__file__).parents[4] / "shared" / "data" / "reference"
HERE = REFERENCE / "backtest_events_baci.csv", REFERENCE / "backtest_importers_baci.csv"
shared = pytest.mark.skipif(not REFERENCE.exists(), reason="the shared data are not beside this clone")
#: Named events of size 0.10 or more, in the order of the list.
LARGE = (
    "CHN_REE_2012",
    "CHN_REEC_2012",
    "IDN_NI_2014",
    "IDN_BX_2014",
    "IDN_BX_2023",
    "MYS_BX_2016",
    "IDN_NI_2020",
    "CHN_GR_2024",
    "RUS_SB_2024",
    "COD_CO_2022",
    "UKR_CL_2022",
)


@pytest.fixture(scope="module")
def world() -> World:
    return open_world()


@pytest.fixture(scope="module")
def events(world: World) -> list[Event]:
    return events_of(world)


@pytest.fixture(scope="module")
def found(events: list[Event]) -> Scores:
    return scores(events)


@shared
def test_errors_of_the_baselines_are_the_published_ones() -> None:
    table = scores(read_events(*HERE)).table
    with HERE[0].open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            ours = dict(table.filter(table["event"] == row["event"]).select("model", "wape").iter_rows())
            assert ours["no_change"] == pytest.approx(float(row["wape_nochange"]), abs=1e-7)
            assert ours["proportional"] == pytest.approx(float(row["wape_prop"]), abs=1e-7)


@shared
def test_events_rebuilt_from_the_world_are_those_of_the_reference(world: World) -> None:
    """Published weights: the reference was computed from them."""
    same = {"IDN_NI_2014": "IDN_NI_2014", "IDN_BX_2014": "IDN_BX_2014", "CHN_REE_2012": "CHN_REE_2012"}
    same |= {"PAN_CU_2023": "PAN_CU_2023", "ZAF_PT_2014": "ZAF_PT_2014", "BRA_FE_2019": "BRA_FE_2019"}
    ours = {one.id: one for one in events_of(world, same, repaired=False)}
    theirs = {one.id: one for one in read_events(*HERE)}
    for name in same:
        assert ours[name].share == pytest.approx(theirs[name].share, rel=1e-5)
        assert ours[name].cut == pytest.approx(theirs[name].cut, rel=1e-5)
        both = ours[name].importers.join(theirs[name].importers, on="importer", suffix="_ref")
        assert both.height >= 3
        for ref, mine in both.select("tot0_t_ref", "tot0_t").iter_rows():
            assert mine == pytest.approx(ref, rel=1e-5)


@shared
def test_no_prediction_reads_an_outcome(tmp_path: Path) -> None:
    """Every column but those of the base year is changed or emptied: the same predictions."""
    changed = []
    for number, file in enumerate(HERE):
        with file.open(encoding="utf-8") as rows:
            table = list(csv.DictReader(rows))
        kept = (
            {"event", "export_cut", "world_share0", "world0_t", "exports0_t"}
            if number == 0
            else {"event", "importer", "from0_t", "tot0_t", "val0_kusd"}
        )
        for row in table:
            row.update({key: "" if number else "9" for key in row if key not in kept})
        out = tmp_path / file.name
        with out.open("w", encoding="utf-8", newline="") as rows:
            writer = csv.DictWriter(rows, table[0].keys())
            writer.writeheader()
            writer.writerows(table)
        changed.append(out)
    before, after = detail(read_events(*HERE)), detail(read_events(*changed))
    assert before.equals(after)
    assert scores(read_events(*changed)).table["wape"].null_count() == after["event"].n_unique() * 4


def test_the_large_events_are_the_listed_ones(found: Scores) -> None:
    assert tuple(event for event, size in found.sizes.items() if size >= 0.10) == LARGE


def test_large_events_of_known_size(found: Scores) -> None:
    """No worse than the better naive rule by more than 0.005."""
    best = min(found.mean("uniform", large=True), found.mean("proportional", large=True))  # type: ignore[type-var]
    assert found.mean("pactolus", large=True) <= best + 0.005


def test_small_events_of_known_size(found: Scores) -> None:
    """No worse than no change by more than 0.005."""
    assert found.mean("pactolus", large=False) <= found.mean("no_change", large=False) + 0.005


def test_feared_losses_do_little_harm(events: list[Event]) -> None:
    """With the cut unknown, no worse than no change by more than 0.05 on each."""
    table = announced_scores(events).table
    feared = [one.id for one in events if one.confidence == "feared"]
    assert len(feared) == 2
    for event in feared:
        wape = dict(table.filter(table["event"] == event).select("model", "wape").iter_rows())
        assert wape["pactolus"] <= wape["no_change"] + 0.05


def test_the_announcement_knows_nothing_of_its_own_event(events: list[Event]) -> None:
    for one in events:
        changed = [replace(e, cut=0.0) if e.id == one.id else e for e in events]
        before = expected_cuts(events, one.instrument, one.id)
        assert (before == expected_cuts(changed, one.instrument, one.id)).all()


def test_intervals_hold_what_they_say(events: list[Event]) -> None:
    """80 % intervals, each event without its own gaps: 70 to 90 % inside, and no worse than history."""
    ours, history = coverage(events), historical_coverage(events)
    assert 0.70 <= ours.inside <= 0.90
    assert ours.score <= history.score
    assert ours.importers == history.importers > 500


def test_the_bootstrap_repeats_and_is_centred(found: Scores) -> None:
    one = bootstrap(found, "pactolus", "no_change", seed=3)
    assert one == bootstrap(found, "pactolus", "no_change", seed=3)
    assert one is not None
    mean, low, high = one
    assert low <= mean <= high
    assert bootstrap(found, "pactolus", "pactolus") == (0.0, 0.0, 0.0)


def test_named_events_name_known_measures() -> None:
    known = {measure.id for measure in register()}
    for one in named_events().values():
        assert not one.measure or one.measure in known, one.id
        assert one.base_year < one.outcome_year
    assert len(named_events()) == 32


EVENTS = "event,export_cut,world_share0\nA,0.5,0.4\n"
IMPORTERS = "event,importer,from0_t,tot0_t,tot1_t\nA,KOR,40,100,80\nA,JPN,60,100,70\n"


def files(tmp_path: Path, events: str = EVENTS, importers: str = IMPORTERS) -> tuple[Path, Path]:
    one, two = tmp_path / "events.csv", tmp_path / "importers.csv"
    one.write_text(events, "utf-8")
    two.write_text(importers, "utf-8")
    return one, two


def test_the_smallest_files(tmp_path: Path) -> None:
    (event,) = read_events(*files(tmp_path))
    assert event.size == pytest.approx(0.2)
    table = scores([event]).table
    assert dict(table.select("model", "wape").iter_rows())["uniform"] == pytest.approx(0.05)


@pytest.mark.parametrize(
    ("events", "importers", "said"),
    [
        (
            EVENTS.replace("0.5", "50"),
            IMPORTERS,
            "line 2, export_cut: 50.0 lies outside 0 to 1; give a part, not percent",
        ),
        (EVENTS.replace("0.5", "x"), IMPORTERS, "line 2, export_cut: 'x' is no number of 0 or more"),
        (EVENTS.replace("0.5", ""), IMPORTERS, "line 2, export_cut: is empty"),
        (EVENTS + "A,0.1,0.1\n", IMPORTERS, "event 'A' stands twice"),
        (EVENTS + "B,0.1,0.1\n", IMPORTERS, "event B: has no importer in the other file"),
        (EVENTS, IMPORTERS + "C,KOR,1,2,3\n", "event C: does not stand in the file of events"),
        (EVENTS, IMPORTERS.replace("40,100", "40,-1"), "line 2, tot0_t: '-1' is no number of 0 or more"),
        (
            EVENTS.replace("export_cut", "cut"),
            IMPORTERS,
            "no column 'export_cut'; it has event, cut, world_share0",
        ),
    ],
)
def test_files_with_faults(tmp_path: Path, events: str, importers: str, said: str) -> None:
    with pytest.raises(DataError) as caught:
        read_events(*files(tmp_path, events, importers))
    assert said in str(caught.value)
