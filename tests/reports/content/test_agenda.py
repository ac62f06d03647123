"""The agenda pack: every number has its way back, the same in three languages; nothing is made up."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest

from pactolus.catalogue.origins import Term
from pactolus.dialogue.meetings import meetings
from pactolus.errors import DataError, OptionError
from pactolus.policy.register import register
from pactolus.projects.pipeline.loading import shipped_projects
from pactolus.reports.agenda import pooled, running
from pactolus.reports.agenda.build import SECTIONS, build_agenda
from pactolus.reports.agenda.pack import Pack
from pactolus.reports.agenda.pooled import read_pooled
from pactolus.reports.claims import claims_of, figures_of, manifest
from pactolus.reports.document import Table
from pactolus.reports.retrace import recompute
from pactolus.reports.sections.basis import make_basis
from pactolus.reports.sections.quantities import SET
from pactolus.reports.view import view_of
from pactolus.response.clocks.dues import Happened
from pactolus.response.events.event import ready_event
from pactolus.wording.names import name
from pactolus.wording.numbers import format_figure
from pactolus.wording.phrases import LANGS, render_claim

AS_OF, NEXT, SINCE = date(2026, 12, 1), date(2026, 12, 15), date(2025, 12, 17)
NUMBER = re.compile(r"[-+±<]?\d+(?:,\d{3})*(?:\.\d+)?")


@pytest.fixture(scope="session")
def agenda(world):
    return build_agenda(world, ["KOR", "JPN"], as_of=AS_OF, next_on=NEXT, annex=False)


def table(pack, identity) -> Table:
    return next(b for s in pack.sections for b in s.blocks if isinstance(b, Table) and b.id == identity)


def texts(pack, lang):
    return ["".join(span.text for span in render_claim(c, lang)) for c in claims_of(pack)]


def test_sections_in_their_order(agenda) -> None:
    wanted = [
        "purpose",
        "changed",
        "items",
        "measures",
        "exposures",
        "scenarios",
        "stocks",
        "projects",
        "pooling",
        "running",
        "clocks",
    ]
    assert [name for name, _ in SECTIONS] == wanted
    assert [s.id for s in agenda.sections] == [*(f"agenda-{one}" for one in wanted), "appendix"]
    assert agenda.stem == "agenda-KOR-JPN"


def test_every_number_can_be_computed_again(agenda, world) -> None:
    found = [(place, f) for place, f in figures_of(agenda) if f.value is not None]
    assert len(found) > 150
    kinds = Counter(f.table.partition(":")[0] for _, f in found)
    assert {"trade", "stress", "stock", "projects", "brief"} <= set(kinds)
    for number, (place, figure) in enumerate(found):
        if number % 3 and not place.startswith("agenda."):
            continue  # sentences whole, every third cell of the tables
        if not figure.table:
            assert SET in figure.steps or figure.value == 0, place
            continue
        assert recompute(figure, world, agenda) == pytest.approx(figure.value, rel=1e-9), place


def test_numbers_of_records_and_tables_have_a_trail_to_their_sources(agenda) -> None:
    for place, figure in figures_of(agenda):
        if figure.value is not None and figure.table in ("projects", "trade", "stress", "stock"):
            trail = agenda.trails[figure.id]
            assert trail.steps[-1].after == pytest.approx(figure.value), place
            assert any(source.origins for source in trail.sources), place


def test_every_number_has_an_origin(agenda) -> None:
    said = manifest(agenda)
    for claim in said["claims"]:
        counted = not claim["table"] or claim["table"].startswith(("brief:", "derived:"))
        assert claim["value"] is None or counted or claim["origins"], claim["key"]
        assert set(claim["origins"]) <= said["origins"].keys()


def test_three_languages_hold_the_same_numbers(agenda) -> None:
    for place, figure in figures_of(agenda):
        printed = [format_figure(figure, lang) for lang in LANGS]
        assert len({tuple(NUMBER.findall(text)) for text in printed}) == 1, (place, printed)
    for claim in claims_of(agenda):
        ids = [
            sorted(s.figure.id for s in render_claim(claim, lang) if s.figure is not None) for lang in LANGS
        ]
        assert ids[0] == ids[1] == ids[2], claim.key
    shapes = [
        [(b.id, len(b.rows)) for s in view_of(agenda, lang).sections for b in s.blocks if hasattr(b, "rows")]
        for lang in LANGS
    ]
    assert shapes[0] == shapes[1] == shapes[2]


@pytest.mark.parametrize("lang", LANGS)
def test_nothing_is_left_unresolved(agenda, lang) -> None:
    view = view_of(agenda, lang)
    cells = [c.text for s in view.sections for b in s.blocks if hasattr(b, "rows") for r in b.rows for c in r]
    for text in [*texts(agenda, lang), *cells, view.title, *(s.title for s in view.sections)]:
        assert not re.search(r"[{}]|\bNone\b|\b(?:brief|agenda|methods)\.\w", text), text


def test_members_stand_in_the_order_of_the_reader(agenda) -> None:
    titles = {lang: view_of(agenda, lang).title for lang in LANGS}
    assert "Korea and Japan" in titles["en"]
    assert "한·일" in titles["ko"]
    assert "日・韓" in titles["ja"]


@pytest.mark.parametrize("lang", LANGS)
def test_the_three_expressions_of_a_joint_paper(agenda, lang) -> None:
    said = "\n".join(texts(agenda, lang))
    words = {
        "en": ("Date passed", "No agreement without", "Overlapping demand"),
        "ko": ("기일 경과", "합의의 전제", "중복 수요"),
        "ja": ("期日経過", "合意の前提", "重複する需要"),
    }[lang]
    assert all(word in said for word in words)
    assert not re.search(r"\b(late|blocks|takes from)\b", "\n".join(texts(agenda, "en")))


POOLED = """mineral,stage,members,year,counterfactual,arrangement,gain_low,gain,gain_high,method
natural-graphite,mixed,KOR+JPN,2024,optimal alone,pool,0.0,0.0732,0.3133,exact
natural-graphite,mixed,KOR+JPN,2024,optimal alone,"pool, free lots",0.0,,0.3133,bounds
natural-graphite,mixed,KOR+JPN,2024,day rules,"loans, free lots",0.0,0.0352,0.1135,simulated
natural-graphite,mixed,KOR+USA,2024,optimal alone,pool,0.0,0.5,0.9,exact
"""


def test_gains_of_pooling_are_ranges_of_the_file(world, tmp_path) -> None:
    file = tmp_path / "gains.csv"
    file.write_text(POOLED, encoding="utf-8")
    asked = Happened(what="request", at=AS_OF)
    event = replace(ready_event("graphite-licence-2023"), happened=(asked,))
    pack = Pack(
        basis=make_basis(world, ["KOR", "JPN"], None, AS_OF),
        since=SINCE, next_on=None, register=register(), records=(), meetings=(), saved_before={}, saved={},
        events=[event], pooled=read_pooled(file),
    )  # fmt: skip
    found = pooled.section(pack)
    figures = [row[3] for row in found.blocks[1].rows]
    assert [(f.low, f.value, f.high) for f in figures] == [(0.0, 0.0732, 0.3133), (0.0, 0.0352, 0.1135)]
    brief = SimpleNamespace(sections=[found])
    assert [recompute(f, world, brief) for f in figures] == [f.value for f in figures]
    for lang in LANGS:
        assert all(name(cell, lang) for row in found.blocks[1].rows for cell in row[:3])
    clocks = running.section(pack)
    ran = clocks.blocks[1]
    assert ran.id == "agenda-running"
    assert clocks.blocks[0].figures["count"].value == len(ran.rows) > 0
    assert {name(row[0], "en") for row in ran.rows} == {event.title}
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"no column mineral, stage, .*write it with pactolus stockpile pool"):
        read_pooled(file)


def test_without_a_file_or_event_the_pack_says_so(agenda) -> None:
    keys = [c.key for c in claims_of(agenda)]
    assert "agenda.pooling.not_given" in keys
    assert "agenda.running.none" in keys
    standing = table(agenda, "agenda-standing")
    at = {c.key: n for n, c in enumerate(standing.columns)}
    assert {row[at["clock_kind"]].ids[0].rpartition(".")[2] for row in standing.rows} <= {
        "law", "agreement", "target", "custom",
    }  # fmt: skip
    assert all(row[at["if_today"]].ids[0] > AS_OF.isoformat() for row in standing.rows)
    assert len(standing.rows) >= 3


def test_owner_and_due_are_not_stated_where_the_source_is_silent(agenda) -> None:
    items = table(agenda, "agenda-items")
    keys = [c.key for c in items.columns]
    count = sum(len(one.items) for one in meetings())
    assert len(items.rows) == count
    for row in items.rows:
        for key in ("owner", "due"):
            assert row[keys.index(key)] == Term("phrase", ("agenda.word.not_stated",))
    assert "passed" not in keys


def test_a_side_without_a_readout_is_named(agenda) -> None:
    silent = [c for c in claims_of(agenda) if c.key == "agenda.items.silent"]
    assert len(silent) == 2
    assert {c.terms["silent"].ids for c in silent} == {("JPN",)}


def test_both_readouts_are_kept_apart(world) -> None:
    """A meeting of which both sides made something public has no silent side, and each item keeps its own."""
    second = meetings()[-1]
    theirs = replace(second.readouts[0], id="jpn", side="JPN")
    item = replace(second.items[0], id="KJ-2-theirs", readout="jpn")
    told = replace(second, readouts=(*second.readouts, theirs), silent=(), items=(*second.items, item))
    pack = build_agenda(world, ["KOR", "JPN"], as_of=AS_OF, annex=False, known_meetings=[told])
    assert "agenda.purpose.next_not_stated" in [c.key for c in claims_of(pack)]
    sides = [row[3].ids for row in table(pack, "agenda-items").rows]
    assert Counter(sides) == {("KOR",): len(second.items), ("JPN",): 1}
    assert [c.key for c in claims_of(pack) if c.key.startswith("agenda.items.")].count(
        "agenda.items.readout"
    ) == 1


def test_a_date_that_has_passed_and_a_change_that_was_saved(world) -> None:
    body = {"status": "in progress", "due": "2026-06-30", "owner": "KOR-MOTIR"}
    saved = {"KJ-1-regular": (1, body)}
    later = date(2026, 6, 1)
    pack = build_agenda(world, ["KOR", "JPN"], as_of=AS_OF, since=later, annex=False, saved=saved)
    items = table(pack, "agenda-items")
    keys = [c.key for c in items.columns]
    (row,) = [r for r in items.rows if r[keys.index("due")].ids == ("2026-06-30",)]
    assert name(row[keys.index("passed")], "en") == "date passed"
    assert row[keys.index("owner")] == Term("institution", ("KOR-MOTIR@2025-02-27",))
    fields = {r[1].ids[0] for r in table(pack, "agenda-items-changed").rows}
    assert fields == {f"agenda.field.{f}" for f in ("status", "owner", "due", "date_passed")}
    keys = [c.key for c in claims_of(pack)]  # both days have the trade of the same year
    assert "agenda.changed.same_data" in keys
    assert "agenda.changed.exposures" not in keys
    assert "agenda-exposures" not in {b.id for s in pack.sections for b in s.blocks if isinstance(b, Table)}


def test_unconfirmed_measures_stand_first(agenda) -> None:
    states = [row[0].ids[0].rpartition(".")[2] for row in table(agenda, "agenda-measures-both").rows]
    assert states[0] == "unconfirmed"
    assert states == sorted(states, key=lambda s: s != "unconfirmed")
    changed = table(agenda, "agenda-measures-changed")
    assert changed.rows[0][5].ids == ("render.state.unconfirmed",)


def test_candidates_lie_in_third_countries_and_none_is_made_up(agenda, world) -> None:
    hosts = {row[1].ids[0] for row in table(agenda, "agenda-projects").rows}
    assert hosts.isdisjoint({"KOR", "JPN"})
    titles = {row[0].ids[0] for row in table(agenda, "agenda-projects").rows}
    assert titles <= {one.name for one in shipped_projects() if not one.fictitious}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"since": AS_OF}, "is not before the day of the pack"),
        ({"next_on": date(2026, 11, 1)}, "lies before the day of the pack"),
        ({"known_meetings": []}, "give a day with --since"),
    ],
)
def test_days_in_the_wrong_order(world, given, said) -> None:
    with pytest.raises(OptionError, match=said):
        build_agenda(world, ["KOR", "JPN"], as_of=AS_OF, annex=False, **given)
