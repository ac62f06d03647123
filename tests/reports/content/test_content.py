"""What the brief says, on the embedded world: published values, gaps, labels, footnotes."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest

from pactolus.catalogue.origins import Claim, Term
from pactolus.errors import OptionError, UnknownTermError
from pactolus.reports.brief import SECTIONS, build_brief
from pactolus.reports.claims import claims_of, figures_of, manifest, terms_of
from pactolus.reports.document import Chart, Table
from pactolus.terms.minerals import groups
from pactolus.wording.phrases import LANGS, render_claim

AS_OF = date(2026, 11, 23)


def blocks(brief, kind):
    return {b.id: b for s in brief.sections for b in s.blocks if isinstance(b, kind)}


def row_of(table, *ids):
    """The row whose first cells are terms with these ids, as a mapping of column key to cell."""
    keys = [c.key for c in table.columns]
    for row in table.rows:
        cells = dict(zip(keys, row, strict=True))
        if [c.ids[0] for c in row[: len(ids)] if isinstance(c, Term)] == list(ids):
            return cells
    raise AssertionError(f"{table.id}: no row {ids}")


def claim(brief, key) -> Claim:
    return next(c for c in claims_of(brief) if c.key == key)


@pytest.mark.parametrize(
    ("item", "korea", "japan", "first"),
    [
        # shares of import value in 2024, computed apart from BACI (data notes of the project, section 5)
        (("natural-graphite", "mixed"), 0.93, 0.86, "CHN"),
        (("niobium", "refined"), 0.93, 0.98, "BRA"),
        (("bismuth", "refined"), 0.78, 0.71, "CHN"),
        (("tungsten", "product"), 0.93, 0.75, "CHN"),
    ],
)
def test_shares_of_first_suppliers_are_the_published_ones(brief, item, korea, japan, first):
    row = row_of(blocks(brief, Table)["items"], *item)
    assert row["share_KOR"].value == pytest.approx(korea, abs=0.006)
    assert row["share_JPN"].value == pytest.approx(japan, abs=0.006)
    assert row["first_KOR"].ids == row["first_JPN"].ids == (first,)


def test_platinum_from_south_africa_to_japan(brief):
    assert row_of(blocks(brief, Table)["items"], "platinum", "refined")["share_JPN"].value == pytest.approx(
        0.83, abs=0.006
    )


def test_world_shares_are_the_published_ones(brief):
    """China: gallium 98.7 % and germanium 93.3 % of World Mining Data in 2024."""
    table = blocks(brief, Table)["stages-all"]
    assert row_of(table, "gallium")["refined_share"].value == pytest.approx(0.987, abs=0.001)
    assert row_of(table, "germanium")["refined_first"].ids == ("CHN",)
    assert row_of(table, "cobalt")["ore_first"].ids == ("COD",)


@pytest.mark.parametrize(
    ("mineral", "status"),
    [("gallium", "no_code"), ("germanium", "no_trade_data"), ("indium", "no_code"), ("rhenium", "no_code")],
)
def test_semiconductor_minerals_are_no_data_with_a_proxy(brief, mineral, status):
    row = row_of(blocks(brief, Table)["gaps"], mineral)
    assert row["status"].ids == (status,)
    assert row["proxy_share"].value > 0.3
    items = {tuple(c.ids[0] for c in r[:2]) for r in blocks(brief, Table)["items"].rows}
    assert not any(m == mineral for m, _ in items if mineral != "germanium")


def test_a_gap_is_hatched_on_the_heat_map_and_never_zero(brief):
    heat = blocks(brief, Chart)["shared-heat"].data
    rows = {term.ids[0]: number for number, term in enumerate(heat["rows"])}
    for mineral in ("gallium", "germanium", "indium"):
        for block in heat["blocks"]:
            cells = block["cells"][rows[mineral]]
            assert [c.value for c in cells] == [None] * len(cells)
            assert all(c.status != "ok" for c in cells)


def test_permanent_magnets_are_said_to_be_missing(brief):
    assert claim(brief, "brief.gaps.magnets").terms["code"].ids == ("850511",)


def test_counts_of_the_key_messages_agree_with_each_other(brief):
    same = claim(brief, "brief.summary.same").figures
    apart = claim(brief, "brief.summary.apart").figures
    assert same["same"].value + apart["count"].value == same["all"].value
    assert same["count"].value <= same["same"].value


def test_the_first_page_is_short(brief):
    summary = brief.sections[0]
    assert summary.role == "key"
    assert 5 <= len(summary.blocks) <= 7
    assert 3 <= len(brief.cards) <= 6


def test_end_uses_carry_their_label_in_every_language(brief):
    lead = claim(brief, "brief.applications.lead")
    texts = {g: "".join(s.text for s in render_claim(lead, g)) for g in LANGS}
    assert "EU use pattern, not that of Korea and Japan" in texts["en"]
    assert "EU의 용도 구성이며 한·일의 용도 구성이 아님" in texts["ko"]
    assert "EUの用途構成であり、日・韓の用途構成ではない" in texts["ja"]


def test_incomplete_reporting_of_the_last_year_is_said(brief):
    change = claim(brief, "brief.changes.incomplete").figures["change"]
    assert change.value == pytest.approx(-0.07, abs=0.005)


def test_no_change_is_called_significant_without_saying_why_not(brief):
    for text in ("".join(s.text for s in render_claim(c, "en")) for c in claims_of(brief)):
        assert "significant" not in text or "none is called significant" in text


def test_taiwan_carries_its_footnote_wherever_it_is_named(brief):
    for block in [*blocks(brief, Table).values(), *blocks(brief, Chart).values()]:
        named = {i for t in terms_of(block) if t.kind == "country" for i in t.ids}
        noted = any(n.key == "brief.note.country" and n.terms["country"].ids == ("TWN",) for n in block.notes)
        assert ("TWN" in named) <= noted, block.id


def test_charts_have_the_kinds_that_were_asked_for(brief):
    kinds = [c.kind for c in blocks(brief, Chart).values()]
    assert set(kinds) == {
        *("flow_map", "stage_columns", "heatmap", "series", "bars", "timeline"),
        *("project_map", "ribbons"),
    }
    assert 2 <= kinds.count("stage_columns") <= 3


def test_stages_are_never_chained_and_domestic_supply_is_not_made_up(brief):
    for chart in blocks(brief, Chart).values():
        if chart.kind == "stage_columns":
            assert all(bar["domestic"] is None for column in chart.data["columns"] for bar in column["bars"])
            assert next(n.key for n in chart.notes) == "brief.stages.columns_note"


def test_shares_of_a_stage_bar_add_up(brief):
    for chart in blocks(brief, Chart).values():
        if chart.kind == "stage_columns":
            for bar in (b for column in chart.data["columns"] for b in column["bars"]):
                if bar["imports"]:
                    assert sum(s["share"].value for s in bar["imports"]) == pytest.approx(1.0)
                    assert sum(s["value"].value for s in bar["imports"]) == pytest.approx(bar["total"].value)


def test_flows_and_the_rest_add_up_on_the_map(brief):
    data = blocks(brief, Chart)["shared-map"].data
    for member in brief.members:
        drawn = sum(f["value"].value for f in data["flows"] if f["importer"] == member)
        rest = data["others"][member].value if member in data["others"] else 0.0
        assert drawn + rest == pytest.approx(data["totals"][member].value)


def test_eu_supply_risk_is_not_beside_ours(brief):
    assert not any(figure.table == "eu_criticality" for _, figure in figures_of(brief))


def test_sources_name_edition_licence_and_day(brief):
    table = blocks(brief, Table)["sources"]
    keys = [c.key for c in table.columns]
    for row in table.rows:
        cells = dict(zip(keys, row, strict=True))
        assert cells["title"] is not None
        assert cells["licence"] is not None
        assert cells["accessed"] is not None


def test_the_manifest_lists_every_number(brief):
    listed = json.loads(json.dumps(manifest(brief)))
    assert listed["members"] == ["KOR", "JPN"]
    assert (listed["year"], listed["as_of"], listed["vintage"]) == (2024, "2026-11-23", brief.vintage)
    assert len(listed["claims"]) == sum(1 for _ in figures_of(brief))
    for entry in listed["claims"]:
        assert {
            "key",
            "value",
            "unit",
            "digits",
            "origins",
            "id",
            "table",
            "rows",
            "steps",
            "status",
        } <= entry.keys()
        assert (entry["value"] is None) == (entry["status"] != "ok")
        assert set(entry["origins"]) <= listed["origins"].keys()
    keys = [entry["key"] for entry in listed["claims"]]
    assert "brief.summary.same.all" in keys
    assert "items.1.value_KOR" in keys


def test_progress_is_told_and_nothing_is_printed(world, capfd):
    told = []
    build_brief(
        world,
        ["KOR", "JPN"],
        as_of=AS_OF,
        progress=lambda what, done, total: told.append((what, done, total)),
    )
    total = len(SECTIONS) + 2
    assert [done for _, done, _ in told] == list(range(total + 1))
    assert {t for *_, t in told} == {total}
    assert capfd.readouterr() == ("", "")


def test_the_page_of_the_command_line_names_every_section(repository):
    page = (repository / "docs/reference/cli.md").read_text("utf-8")
    line = next(line for line in page.splitlines() if line.startswith("| `--sections LIST`"))
    assert re.findall(r"`([a-z]+)`", line) == [name for name, _ in SECTIONS]


def test_a_brief_of_some_sections_holds_them_as_they_are(world, brief):
    short = build_brief(world, brief.members, as_of=AS_OF, sections=["gaps", "shared"])
    assert [s.id for s in short.sections] == ["shared", "gaps"]
    whole = {s.id: s for s in brief.sections}
    assert all(whole[s.id] == s for s in short.sections)
    with pytest.raises(UnknownTermError, match="unknown section 'gap'; did you mean 'gaps'"):
        build_brief(world, brief.members, as_of=AS_OF, sections=["gap"])


FEW = ("summary", "shared", "differ", "gaps")
MOST = (*FEW, "stages", "applications", "changes", "measures", "watch", "stress", "methods", "appendix")


@pytest.mark.parametrize("members", [("KOR", "JPN", "USA"), ("KOR", "EU27"), ("JPN", "VNM")])
def test_other_members_are_briefed_by_the_same_code(world, members, sweep):
    # Stocks take longest and look at one member at a time; all sections in a sweep.
    parts = () if sweep == "full" else MOST if len(members) == 3 else FEW
    other = build_brief(world, members, as_of=AS_OF, sections=parts)
    assert other.members == members
    for lang in LANGS:
        for one in claims_of(other):
            text = "".join(s.text for s in render_claim(one, lang))
            assert not re.search(r"[{}]", text)
    columns = [c for c in blocks(other, Table)["items"].columns if c.key.startswith("value_")]
    assert [c.member for c in columns] == list(members)


def test_a_year_before_production_statistics_still_has_a_brief(world):
    earlier = build_brief(world, ["KOR", "JPN"], year=2012, as_of=AS_OF, sections=["shared"])
    assert earlier.year == 2012
    scores = [f for p, f in figures_of(earlier) if p.startswith("risk.") and ".geopolrisk_" in p]
    assert scores
    assert {f.status for f in scores if f.value is None} <= {
        "no_production_data",
        "no_trade_data",
        "no_governance_data",
    }


@pytest.mark.parametrize(
    ("members", "year", "error", "message"),
    [
        (["KOR"], None, OptionError, r"brief: members is \['KOR'\]; a joint brief needs two or more"),
        (["KOR", "KOR"], None, OptionError, "brief: KOR is named more than once"),
        (["KOR", "KOR+JPN"], None, OptionError, "KOR would count twice"),
        (["KOR", "JPX"], None, UnknownTermError, "did you mean 'JPN'"),
        (["KOR", "JPN"], 1990, OptionError, "brief: year is 1990; the trade table runs from 1995 to"),
        (["KOR", "JPN"], 2090, OptionError, "brief: year is 2090"),
    ],
)
def test_bad_input_is_named(world, members, year, error, message):
    with pytest.raises(error, match=message):
        build_brief(world, members, year=year, as_of=AS_OF)


def test_lists_are_those_of_the_day(world, brief):
    early = build_brief(world, ["KOR", "JPN"], as_of=date(2020, 1, 1), sections=["shared", "appendix"])
    assert not any(c.key == "brief.appendix.edition" for c in claims_of(early))
    listed = {c.terms["list"].ids[0] for c in claims_of(brief) if c.key == "brief.appendix.edition"}
    assert listed == {"KOR-critical@2023-02-27", "JPN-critical@2023-01"}
    unknown = {
        cell.ids for row in blocks(early, Table)["risk"].rows for cell in row[-2:] if isinstance(cell, Term)
    }
    assert unknown == {("brief.listed.unknown",)}


def test_every_critical_mineral_of_a_field_has_a_line(brief):
    table = blocks(brief, Table)["sectors"]
    found = {(row[0].ids[0], row[1].ids[0].partition("@")[0]) for row in table.rows}
    for field in ("semiconductor", "battery", "magnet"):
        wanted = {m for m in groups()[field].minerals if m in groups()["critical"].minerals}
        assert {m for f, m in found if f == f"brief.field.{field}"} == wanted


def test_uses_the_eu_study_does_not_give_are_no_data_and_never_zero(brief):
    table = blocks(brief, Table)["sectors"]
    place = [c.key for c in table.columns].index("use")
    uses = {row[1].ids[0]: row[place] for row in table.rows if row[0].ids[0] == "brief.field.battery"}
    assert (uses["lithium@refined"].value, uses["lithium@refined"].status) == (None, "no_use_data")
    assert all(f.value is None or f.value > 0 for f in uses.values())
    assert uses["cobalt@mixed"].value == pytest.approx(0.03)


def test_the_counts_of_a_field_are_those_of_its_lines(brief):
    rows = [r for r in blocks(brief, Table)["sectors"].rows if r[0].ids[0] == "brief.field.semiconductor"]
    figures = claim(brief, "brief.applications.field").figures
    told = claim(brief, "brief.summary.fields").figures
    assert figures["all"].value == told["all_semiconductor"].value == len(rows)
    assert figures["gaps"].value == told["gaps_semiconductor"].value
    assert figures["same"].value + figures["gaps"].value <= len(rows)
