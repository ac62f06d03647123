"""Events: every fault of a file with its place and mend, round trips, ready ones, the way to a scenario."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.catalogue.world import open_world
from pactolus.disruption.effects.stresses import stress
from pactolus.disruption.history.priors import LONGEST, duration_prior
from pactolus.errors import InputError, NoAnswerError, UnknownTermError
from pactolus.policy.register import register
from pactolus.response.events.dues import event_dues
from pactolus.response.events.durations import Case, Duration, priors_of
from pactolus.response.events.event import (
    Event,
    as_scenario,
    event_from_record,
    event_record,
    ready_event,
    ready_event_names,
)
from pactolus.response.events.reading import read_event
from pactolus.workspace.labels import Levels
from tests.response.trial import EVENT, HELD


def written(tmp_path: Path, *changes: tuple[str, str], held: str = HELD) -> Path:
    text = EVENT
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    (tmp_path / "held.yaml").write_text(held, encoding="utf-8")
    file = tmp_path / "trial.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def read(tmp_path: Path, *changes: tuple[str, str]) -> Event:
    return read_event(written(tmp_path, *changes))


def said(tmp_path: Path, *changes: tuple[str, str]) -> list[str]:
    with pytest.raises(InputError) as caught:
        read(tmp_path, *changes)
    return str(caught.value).splitlines()


def test_what_a_file_says(tmp_path: Path) -> None:
    event = read(tmp_path)
    assert (event.id, event.title, event.exporters, event.kinds) == ("trial", "A trial", ("CHN",), ("ban",))
    assert (event.minerals, event.duration.months) == (("tungsten",), (3.0, 9.0))
    assert event.article_12.impact["security"]["ko"] == "일부"
    assert [sector["ja"] for sector in event.article_12.sectors] == ["tools", "半導体"]
    assert [(s.reference, s.tonnes, s.status, s.due) for s in event.shipments] == [
        ("S-1", 20.0, "afloat", date(2026, 3, 20)),
        ("S-2", 12.5, "unknown", None),
    ]
    assert [(h.member, h.low, h.high) for h in event.holdings] == [("KOR", 100.0, 300.0)]
    assert event.undeclared == ("JPN",)
    limits = event.limits
    assert (limits.money_musd_per_month, limits.no_transfer) == (5.0, ("JPN",))
    assert limits.lending_share == {"KOR": 0.3, "JPN": 0.0}
    assert limits.rerouting_share == {"KOR": 0.5, "JPN": 0.5}
    assert (limits.lag_lending, limits.lag_rerouting, limits.lag_purchase) == (1, 3, 2)
    [other] = event.alternatives
    assert (other.supplier, other.premium, other.lag_months) == ("VNM", (0.1, 0.3), 2)
    assert event.happened[1].at == datetime(2026, 3, 16, 1, 0, tzinfo=UTC)
    assert [what.what for what in event.started] == [
        "report",
        "announcement",
        "effect",
        "request",
        "acceptance",
    ]
    assert event.facts[0].link == "https://example.org/1"


def test_a_result_inherits_the_strictest_label(tmp_path: Path) -> None:
    assert str(read(tmp_path).label()) == "KOR:restricted"
    levels = Levels({"KOR": ("shared", "restricted", "secret")})
    assert (
        str(read_event(written(tmp_path, ("KOR:shared", "KOR:secret")), levels).label(levels)) == "KOR:secret"
    )


def test_an_event_comes_back_from_its_record(tmp_path: Path) -> None:
    for event in (read(tmp_path), *map(ready_event, ready_event_names())):
        assert event_from_record(json.loads(json.dumps(event_record(event)))) == event


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("duration:\n  months: [3, 9]\n", "", "trial.yaml:1:1: duration: is missing; write the months"),
        ("  months: [3, 9]", "  {}", "duration: gives no length; give one of months, scenarios, prior"),
        ("months: [3, 9]", "months: [9, 3]", "9 before 3: the lower number comes first"),
        ("months: [3, 9]", "months: 0", "give lengths above 0 and up to 120"),
        ("months: [3, 9]", "months: [3, 9]\n  prior: true", "gives months and prior; give one"),
        ("months: [3, 9]", "months: [3, 9]\n  without: [X]", "without belongs to prior"),
        ("months: [3, 9]", "scenarios: [{months: 3, probability: 0.5}]", "add up to 0.5; they add up to 1"),
        (
            "months: [3, 9]",
            "scenarios: [{months: 3, probability: 0.5}, {months: 3, probability: 0.5}]",
            "two scenarios last 3 months",
        ),
        ("  undeclared: [JPN]\n", "", "trial.yaml:21:1: holdings: JPN declares no stock"),
        ("undeclared: [JPN]", "undeclared: [JPN, KOR]", "KOR declares a stock in held.yaml; take it"),
        ("undeclared: [JPN]", "undeclared: [JPN, USA]", "unknown member of this event 'USA'"),
        ("file: held.yaml", "file: hold.yaml", "holdings.file: no file 'hold.yaml' beside trial.yaml"),
        ("JPN: 0}", "JPN: 0.2}", "JPN passes nothing on, yet limits.lending_share.JPN is 0.2"),
        (
            EVENT[EVENT.index("lending_share") : EVENT.index("alternatives:")].rstrip(),
            "lending_share: 0.3\n  no_transfer: [JPN, KOR]",
            "limits.no_transfer: all members pass nothing on, yet limits.lending_share is 0.3",
        ),
        ("money_musd_per_month: 5", "money_musd_per_month: 0", "is 0, yet limits.rerouting_share lets"),
        ("money_musd_per_month: 5", "money_musd_per_month: -5", "limits.money_musd_per_month"),
        ("KOR: 0.3, JPN: 0", "KOR: 1.3, JPN: 0", "less than or equal to 1"),
        ("KOR: 0.3, JPN: 0", "KOR: 0.3, USA: 0", "unknown member of this event 'USA'"),
        ("no_transfer: [JPN]", "no_transfer: [JPN, USA]", "unknown member of this event 'USA'"),
        ("lending: 1", "lending: -1", "limits.lags_months.lending"),
        ("lending_share: {", "lending_shares: {", "no such key; did you mean 'lending_share'?"),
        ("requester: KOR", "requester: KRO", "did you mean 'KOR'"),
        ("members: [KOR, JPN]", "members: [KOR, JPN, KOR]", "KOR stands twice; name each member once"),
        ("members: [KOR, JPN]", "members: [KOR, JPN, CHN]", "CHN makes the cut itself"),
        ("kind: ban", "kind: bann", "did you mean 'ban'?"),
        ("minerals: [tungsten], cut", "minerals: [tungstn], cut", "did you mean 'tungsten'"),
        ("cut: [0.5, 0.9]", "cut: [0.5, 1.9]", "lies outside 0 to 1; give the part that is lost"),
        ("start: 2026-03-15}", "start: 2026-03-15, months: 3}", "the length stands in duration"),
        ("announced: 2026-03-01", "announced: 2026-03-10", "2026-03-10 lies after the report of 2026-03-02"),
        ("announced: 2026-03-01", "announced: 2026-03-20", "after its start"),
        ("reported_on: 2026-03-02", "reported_on: soon", "write a day such as 2026-11-24"),
        ("  cause: A ban\n", "", "article_12.cause: is missing; add it"),
        ("sectors: [tools, {en: chips, ko: 반도체, ja: 半導体}]", "sectors: []", "article_12.sectors"),
        ("impact: {economy: Tools cost more., security: {en: Some, ko: 일부, ja: 一部}}", "impact: {}",
         "names no impact"),
        ("reference: S-2", "reference: S-1", "shipments[2].reference: 'S-1' stands twice"),
        ("member: JPN, mineral: tungsten", "member: USA, mineral: tungsten", "unknown member of"),
        ("member: JPN, mineral: tungsten", "member: JPN, mineral: cobalt", "unknown mineral of"),
        ("members: [KOR], source", "members: [USA], source", "projects[1].members[1]"),
        ("cost_musd: 4", "cost_musd: -4", "projects[1].cost_musd"),
        ("tonnes: 12.5", "tonnes: -12.5", "shipments[2].tonnes"),
        ("due: 2026-03-20", "due: 2026-03-02", "2026-03-02 lies before the event, which begins on 2026-03-1"),
        ("status: afloat", "status: afloet", "did you mean 'afloat'?"),
        ("supplier: VNM", "supplier: CHN", "CHN is cut itself and does not stand in for itself"),
        ("supplier: VNM", "supplier: PRK", "PRK is no supplier of any plan"),
        ("premium: [0.1, 0.3]", "premium: [10, 30]", "give a part of the price, 0.2 for 20 %"),
        ("clock: ipef-crn-meeting", "clock: ipef-crn-meting", "did you mean 'ipef-crn-meeting'?"),
        ("at: 2026-03-12", "at: 2026-03-01", "met[1].at: 2026-03-01 lies before what started the clock"),
        ("T09:00+08:00", "T09:00", "an hour with its offset"),
        ("{what: request, at: 2026-03-03}",
         "{what: request, at: 2026-03-03}\n  - {what: request, at: 2026-03-04}",
         "a second request of the same name; give each its own name"),
        ("{id: desk,", "{id: kor-release-normal,", "'kor-release-normal' is already a clock"),
        ("zone: Asia/Seoul", "zone: Asia/Soul", "unknown time zone 'Asia/Soul'"),
        ("calendar: CHN, day", "calendar: CHM, day", "unknown country"),
        ('label: "KOR:shared"', 'label: "KOR:share"', "did you mean 'shared'"),
        ("link: \"https://example.org/1\"", "link: example", "facts[1].link"),
        ("title: A trial", "title: {en: A trial}", "trial.yaml:2:1: title.languages.ko: is missing; add it"),
    ],
)  # fmt: skip
def test_a_fault_says_where_why_and_what_to_do(tmp_path: Path, old: str, new: str, message: str) -> None:
    lines = said(tmp_path, (old, new))
    assert any(message in line for line in lines), lines
    assert all(line.startswith(("trial.yaml:", "held.yaml:")) for line in lines)
    assert len(lines) <= 2


def test_all_faults_of_the_file_and_of_its_holdings_are_said_at_once(tmp_path: Path) -> None:
    file = written(tmp_path, ("supplier: VNM", "supplier: CHN"), held=HELD.replace("low: 100", "low: 900"))
    with pytest.raises(InputError) as caught:
        read_event(file)
    text = str(caught.value)
    assert "held.yaml:2:" in text
    assert "the range 900 to 300 is upside down" in text
    assert "CHN is cut itself" in text


def test_an_event_that_is_no_file_or_no_mapping(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.yaml: No such file"):
        read_event(tmp_path / "none.yaml")
    file = tmp_path / "list.yaml"
    file.write_text("- a\n", encoding="utf-8")
    with pytest.raises(InputError, match="the file is a mapping of keys to values"):
        read_event(file)


def test_a_demand_surge_has_no_prior(tmp_path: Path) -> None:
    surge = "{kind: surge, by: [USA], rise: 0.2, minerals: [tungsten], start: 2026-03-01}"
    lines = said(
        tmp_path,
        ("duration:\n  months: [3, 9]", "duration: prior"),
        (EVENT.split("shocks:\n  - ")[1].split("\nduration")[0], surge),
    )
    assert any("there is no prior for a surge" in line for line in lines)


def test_a_length_may_be_a_range_cases_or_a_prior(tmp_path: Path) -> None:
    assert read(tmp_path).duration.spread == (3.0, 9.0)
    cases = "scenarios: [{months: 9, probability: 0.6, name: long}, {months: 3, probability: 0.4}]"
    found = read(tmp_path, ("months: [3, 9]", cases)).duration
    assert found.spread == (3.0, 9.0, 9.0)
    assert found.fan(["ban"]) == (
        Case(months=3.0, probability=0.4),
        Case(months=9.0, probability=0.6, name="long"),
    )
    prior = read(tmp_path, ("duration:\n  months: [3, 9]", "duration: prior")).duration
    assert prior.spread is None
    assert prior.fan(["licence"], 9)[4].months == pytest.approx(duration_prior("licence").median)
    long = prior.fan(["ban"], 9)  # longer lengths than the longest that is told apart are one case
    assert len(long) < 9
    assert long[-1].months == LONGEST
    assert sum(case.probability for case in long) == pytest.approx(1)


def test_the_prior_leaves_the_event_itself_out() -> None:
    event = ready_event("graphite-licence-2023")
    [without] = priors_of(event.duration, event.kinds)
    assert without.events == duration_prior("licence").events - 1
    every = tuple(case for case in ("CHN_GAGE_2023", "CHN_GRAPHITE_2023", "CHN_SB_2024"))
    with pytest.raises(NoAnswerError, match="no past case is left"):
        duration_prior("licence", without=every)


@given(
    st.lists(st.floats(0.5, 100), min_size=2, max_size=3).map(sorted).map(tuple),
    st.integers(1, 12),
)
def test_a_fan_is_a_distribution_within_the_range(months: tuple[float, ...], count: int) -> None:
    fan = Duration(months=months).fan(["ban"], count)
    assert sum(case.probability for case in fan) == pytest.approx(1)
    lengths = [case.months for case in fan]
    assert lengths == sorted(lengths)
    assert months[0] - 1e-9 <= lengths[0]
    assert lengths[-1] <= months[-1] + 1e-9
    if len(months) == 2:
        mean = sum(case.months * case.probability for case in fan)
        assert mean == pytest.approx(sum(months) / 2)


def test_no_case_is_no_fan() -> None:
    with pytest.raises(InputError, match="cases of a duration: 0"):
        Duration(months=(1.0, 2.0)).fan(["ban"], 0)


def test_an_event_is_a_scenario_of_its_members(tmp_path: Path) -> None:
    scenario = as_scenario(read(tmp_path))
    assert scenario.importers == ("KOR", "JPN")
    assert scenario.shocks[0].months == (3.0, 9.0)
    assert as_scenario(read(tmp_path), 4).shocks[0].lasting == (4.0, 4.0)
    found = stress(open_world(), as_scenario(read(tmp_path)), seed=1).losses
    assert {"KOR", "JPN"} <= set(found["importer"])


@pytest.mark.parametrize("name", ready_event_names())
def test_a_ready_event_rests_on_facts_and_says_what_it_assumes(name: str) -> None:
    event = ready_event(name)
    assert event.facts
    assert event.assumed
    assert all(set(words) == {"en", "ko", "ja"} for words in (event.titles, event.article_12.cause))
    assert all(len(set(words.values())) == 3 for words in event.assumed)
    assert set(event.undeclared) | {one.member for one in event.holdings} == set(event.members)
    assert stress(open_world(), as_scenario(event), seed=1).losses.height > 0


def test_ready_events_agree_with_the_register() -> None:
    measures = {one.id: one for one in register()}
    for name, measure in (("graphite-licence-2023", "CHN-2023-39"), ("cobalt-quota-2025", "COD-2025-QUOTA")):
        [shock] = ready_event(name).shocks
        first = {span.state: span.begin for span in reversed(measures[measure].spans)}
        assert (shock.announced, shock.start) == (first["announced"], first["in_force"])


def test_the_event_of_the_how_to_page_reads(tmp_path: Path) -> None:
    page = Path(__file__).parents[3] / "docs" / "how-to" / "event-file.md"
    text = page.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    (tmp_path / "tungsten-ban.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "held.yaml").write_text(HELD, encoding="utf-8")
    assert read_event(tmp_path / "tungsten-ban.yaml").undeclared == ("JPN",)


def test_no_ready_event_of_that_name() -> None:
    with pytest.raises(UnknownTermError, match="did you mean 'graphite-licence-2023'"):
        ready_event("graphite-licence-2032")


def test_the_clocks_of_a_file(tmp_path: Path) -> None:
    dues = {due.clock.id: due for due in event_dues(read(tmp_path), date(2026, 3, 5))}
    assert dues["ipef-crn-meeting"].due == date(2026, 3, 18)
    assert (dues["desk"].state, dues["desk"].due) == ("date_passed", date(2026, 3, 4))
    assert "chn-licence-review" not in dues  # a ban is no licence
    later = {due.clock.id: due for due in event_dues(read(tmp_path), date(2026, 3, 12))}
    assert later["ipef-crn-meeting"].state == "met"


def test_graphite_as_on_the_day_of_the_announcement() -> None:
    dues = {due.clock.id: due for due in event_dues(ready_event("graphite-licence-2023"), date(2023, 10, 20))}
    assert dues["ipef-crn-meeting"].if_today == date(2023, 11, 4)
    assert dues["ipef-crn-meeting"].assumed_in_force
    assert dues["chn-licence-review"].if_today == date(2023, 12, 22)
    assert dues["kor-resource-security-act"].state == "not_in_force"
    assert {due.due for due in dues.values()} == {None}
