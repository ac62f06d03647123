"""The outlook on the embedded world: known at the time, what it must reach, and what it says."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

import pactolus as pt
from pactolus.errors import DataError, InputError, OptionError, UnknownTermError
from pactolus.warning.annual.backtest import alerts, gap_interval, trial
from pactolus.warning.annual.features import FEATURES
from pactolus.warning.annual.fits import KINDS, as_text, fit_years, stored_fits
from pactolus.warning.annual.lines import Year, outlook_rows
from pactolus.warning.annual.models import Examples, Model, examples_of, fit_model, model_from
from pactolus.warning.annual.outcomes import TARGETS, outcomes
from pactolus.warning.annual.outlooks import Outlook, outlook
from pactolus.warning.annual.panel import Panel, panel_of, trade_rows

#: Enough codes to fit on, few enough to fit often.
FEW = ["250490", "260300", "260400", "260600", "260700", "260800", "282200", "283691", "750210", "760110"]


@pytest.fixture(scope="module")
def world() -> pt.World:
    return pt.open_world()


@pytest.fixture(scope="module")
def flows(world: pt.World) -> pl.DataFrame:
    return trade_rows(world)


@pytest.fixture(scope="module")
def panel(flows: pl.DataFrame) -> Panel:
    return panel_of(flows)


@pytest.fixture(scope="module")
def examples(panel: Panel) -> Examples:
    return examples_of(panel, outcomes(panel, incomplete=[2024]))


@pytest.fixture(scope="module")
def found(world: pt.World) -> Outlook:
    return outlook(world, ["KOR", "JPN"])


def said_of(flows: pl.DataFrame, year: int) -> pl.DataFrame:
    """The outlook of one year from a table of trade, fitted on it."""
    panel = panel_of(flows)
    examples = examples_of(panel, outcomes(panel))
    fits = fit_years(examples, range(year - 5, year + 1), vintage="test")
    rows = []
    for target in TARGETS:
        asked = Year(target=target, year=year, panel=panel, examples=examples, fits=fits)
        rows += outlook_rows(asked, ["KOR", "JPN", "DEU"], ["cobalt", "lithium", "nickel", "copper", "zinc"])
    return pl.DataFrame(rows, infer_schema_length=None).drop("outcome")


def test_later_rows_change_nothing(flows: pl.DataFrame) -> None:
    year = 2019
    few = flows.filter(pl.col("hs_code").is_in(FEW))
    later = pl.col("year") >= year
    random = np.random.default_rng(year)
    other = few.with_columns(
        kg=pl.when(later).then(pl.col("kg") * random.lognormal(0, 2, few.height)).otherwise("kg"),
        value_usd=pl.when(later).then(pl.col("value_usd") * 3 + 1).otherwise("value_usd"),
        weight=pl.when(later).then(1 - pl.col("weight")).otherwise("weight"),
        repaired=pl.col("repaired") ^ later,
    ).filter(~later | (pl.col("exporter") != "CHN"))
    before = said_of(few, year)
    assert before.filter(status="ok").height > 20
    assert before.equals(said_of(other, year))
    assert before.equals(said_of(few.filter(~later), year))


def test_earlier_rows_do_change_it(flows: pl.DataFrame) -> None:
    """Otherwise the test above could not fail."""
    few = flows.filter(pl.col("hs_code").is_in(FEW))
    last = few.with_columns(kg=pl.when(pl.col("year") == 2015).then(pl.col("kg") * 3).otherwise("kg"))
    assert not said_of(few, 2016).equals(said_of(last, 2016))


def test_the_stored_fits_are_those_of_this_world(world: pt.World, examples: Examples) -> None:
    """A part is fitted again, with the same numbers; `python tools/fit_outlook.py` renews the file."""
    stored = stored_fits(world)
    assert stored is not None
    assert stored.vintage == world.vintage
    again = fit_years(examples, [2008, 2019], vintage=world.vintage)
    for key, model in again.models.items():
        kept = stored.models[key]
        assert (kept.names, kept.rows, kept.events) == (model.names, model.rows, model.events)
        for name in ("centre", "scale", "coefficients", "calibration"):
            assert getattr(kept, name) == pytest.approx(getattr(model, name), rel=1e-6, abs=1e-8), (key, name)
    for key, shift in again.shifts.items():
        assert stored.shifts[key] == pytest.approx(shift, rel=1e-6, abs=1e-8)


def test_fits_of_another_world_or_method_are_not_used(world: pt.World, tmp_path) -> None:  # type: ignore[no-untyped-def]
    stored = stored_fits(world)
    assert stored is not None
    file = tmp_path / "outlook.json"
    file.write_text(as_text(stored, "a test"), encoding="utf-8")
    back = stored_fits(world, file)
    assert back is not None
    assert back.models.keys() == stored.models.keys()
    assert dict(back.shifts) == dict(stored.shifts)
    file.write_text(as_text(replace(stored, vintage="other"), "a test"), encoding="utf-8")
    assert stored_fits(world, file) is None
    file.write_text(as_text(replace(stored, repaired=False), "a test"), encoding="utf-8")
    assert stored_fits(world, file) is None
    text = as_text(stored, "a test").replace('"method": 1', '"method": 0')
    file.write_text(text, encoding="utf-8")
    assert stored_fits(world, file) is None


@pytest.mark.parametrize(("target", "least", "gain"), [("volume", 0.44, 0.02), ("value", 0.30, 0.04)])
def test_what_must_be_reached(found: Outlook, target: str, least: float, gain: float) -> None:
    """Average precision on 2019-2023, all importers, and over the volatility alone."""
    row = found.scores.filter(target=target, who="all", model="logistic").row(0, named=True)
    assert row["pr_auc"] >= least
    assert row["over_volatility"] >= gain
    assert row["over_low"] > 0
    other = found.scores.filter(target=target, who="all", model="volatility").row(0, named=True)
    assert row["over_volatility"] == pytest.approx(row["pr_auc"] - other["pr_auc"])
    assert row["brier"] < other["brier"]


def test_the_members_come_first_with_their_base_rate(found: Outlook) -> None:
    assert found.scores["who"].unique(maintain_order=True).to_list() == ["KOR+JPN", "all"]
    for target in TARGETS:
        row = found.scores.filter(target=target, who="KOR+JPN", model="logistic").row(0, named=True)
        assert row["n"] == 535
        assert row["pr_auc"] >= 0.279  # the study, at a base rate of .14
        base = found.scores.filter(target=target, who="KOR+JPN", model="base_rate").row(0, named=True)
        assert base["pr_auc"] == pytest.approx(row["base_rate"])
    assert found.notes[0].startswith("volume, tested on 2019-2023: KOR+JPN: average precision 0.3")
    assert "at a base rate of 0.123" in found.notes[0]
    assert "not separated" in found.notes[0]


def test_rows_say_what_they_hold(found: Outlook) -> None:
    told = found.table.filter(status="ok")
    untold = found.table.filter(pl.col("status") != "ok")
    numbers = ["probability", "low", "high", "volatility_only", "hhi_only", "base_rate"]
    assert told.select(pl.col(numbers).is_between(0, 1, closed="none").all()).row(0) == (True,) * 6
    assert untold.select(pl.col(*numbers, "alert", "reasons").is_null().all()).row(0) == (True,) * 8
    assert (told["low"] <= told["probability"]).all()
    assert (told["probability"] <= told["high"]).all()
    assert set(untold["status"]) <= {
        "no_code",
        "no_trade_data",
        "not_applicable",
        "short_history",
        "no_quantity",
    }
    for _, part in told.group_by("target"):
        assert part["probability"].is_sorted(descending=True)
        assert part.filter(alert="yes")["probability"].min() > part.filter(alert="no")["probability"].max()  # type: ignore[operator]
    assert found.year == 2025
    assert any("2024 is flagged as incomplete" in note for note in found.notes)


def test_reasons_add_up_to_the_probability(found: Outlook, world: pt.World) -> None:
    fits = stored_fits(world)
    assert fits is not None
    key = ["target", "importer", "mineral", "hs_code"]
    sums = found.reasons.group_by(key).agg(pl.col("log_odds").sum())
    both = found.table.filter(status="ok").join(sums, on=key, validate="1:1")
    assert both.height == found.table.filter(status="ok").height
    for row in both.iter_rows(named=True):
        middle = fits.model(row["target"], "logistic", found.year).middle
        odds = math.log(row["probability"] / (1 - row["probability"]))
        assert odds == pytest.approx(middle + row["log_odds"], abs=1e-9)


def test_a_year_that_is_over_shows_what_happened(world: pt.World) -> None:
    """Korea's cobalt oxides fell by 30 % in 2023: a fall that got no alert."""
    past = outlook(world, "KOR", 2023, minerals="cobalt", targets=["volume"])
    row = past.table.filter(hs_code="282200").row(0, named=True)
    assert row["outcome"] == "event"
    assert row["alert"] == "no"
    assert row["low"] < 0.5 * row["high"]


def test_a_coalition_stands_for_its_members(world: pt.World, found: Outlook) -> None:
    joined = outlook(world, "KOR+JPN", targets=["value"])
    assert joined.members == found.members == ("KOR", "JPN")
    assert joined.table.equals(found.table.filter(target="value"))


@pytest.mark.parametrize(
    ("act", "kind", "message"),
    [
        ({"members": "KOR,JPX"}, UnknownTermError, "did you mean 'JPN'"),
        ({"members": "WLD"}, UnknownTermError, "'WLD' is everybody"),
        ({"members": []}, OptionError, "none given"),
        ({"members": "KOR", "year": 2009}, OptionError, "2009 cannot be forecast .* 2010 to 2025"),
        ({"members": "KOR", "year": 2026}, OptionError, "trade runs to 2024"),
        ({"members": "KOR", "targets": ["volum"]}, UnknownTermError, "did you mean 'volume'"),
        ({"members": "KOR", "minerals": "cobolt"}, InputError, "cobalt"),
    ],
)
def test_bad_questions(world: pt.World, act: dict, kind: type[Exception], message: str) -> None:  # type: ignore[type-arg]
    with pytest.raises(kind, match=message):
        outlook(world, **act)


def test_too_early_to_fit(examples: Examples) -> None:
    with pytest.raises(DataError, match="outlook of 2000: the trade begins too late"):
        fit_model(examples, "logistic", "volume", 2000)


def test_a_model_survives_its_record(examples: Examples) -> None:
    model = fit_model(examples, "hhi", "value", 2010)
    back = model_from(model.as_record())
    rows = examples.features[:50]
    assert np.array_equal(model.probability(rows), back.probability(rows))
    assert (model.parts(rows)[:, [one.id != "hhi" for one in FEATURES]] == 0).all()


def test_a_missing_feature_counts_as_the_mean() -> None:
    model = Model(
        kind="hhi",
        target="value",
        year=2010,
        names=("hhi",),
        centre=np.array([0.4]),
        scale=np.array([0.1]),
        level=-1.0,
        coefficients=np.array([2.0]),
        calibration=(0.5, 2.0),
        rows=1,
        events=1,
    )
    features = np.full((3, 24), np.nan)
    features[1:, [one.id for one in FEATURES].index("hhi")] = 0.4, 0.5
    assert model.log_odds(features) == pytest.approx([-1.5, -1.5, 2.5])


def test_a_tenth_of_each_year_is_on_alert() -> None:
    p = np.concatenate([np.linspace(0, 1, 100), np.linspace(0, 0.01, 50), np.full(30, 0.2)])
    year = np.repeat([2000, 2001, 2002], [100, 50, 30])
    on = alerts(p, year)
    assert [int(on[year == y].sum()) for y in (2000, 2001, 2002)] == [10, 5, 0]
    assert on[:100].nonzero()[0].min() == 90


def test_intervals_are_those_of_the_seed_and_hold_zero_for_a_model_against_itself(
    examples: Examples, panel: Panel, world: pt.World
) -> None:
    fits = stored_fits(world)
    assert fits is not None
    models = {kind: {2019: fits.model("value", kind, 2019)} for kind in KINDS}
    one = trial(examples, "value", models, 2019, 2020)
    group = examples.code[one.rows]
    assert gap_interval(one, "logistic", "hhi", group, seed=3) == gap_interval(
        one, "logistic", "hhi", group, seed=3
    )
    assert gap_interval(one, "hhi", "hhi", group) == (0, 0, 0)
    assert gap_interval(one, "logistic", "hhi", group // 10) is None  # too few commodities
