"""What the tools say: the figures of the command line, each with its id, status and origins."""

from __future__ import annotations

import contextlib
import io
import json
from datetime import date

import pytest
from jsonschema import Draft202012Validator
from mcp.client.client import Client

from pactolus import __version__
from pactolus.cli.main import run
from pactolus.disruption.effects.stresses import stress
from pactolus.disruption.scenarios.library import ready, ready_names
from pactolus.policy.register import register
from pactolus.terms.countries import footnote
from pactolus.web.assistant.measures import state_text
from pactolus.web.assistant.questions import OPEN_METHODS
from pactolus.web.assistant.server import assistant_server
from pactolus.web.assistant.tools import TOOLS
from tests.web.loops import run_apart

from .conftest import text_of


def printed_by(*words):
    """Rows that a command line prints as JSON."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        assert run([*words, "--format", "json"]) == 0
    return json.loads(out.getvalue())


def test_every_tool_says_that_it_only_reads(world):
    async def listed():
        async with Client(assistant_server(world)) as client:
            tools = (await client.list_tools()).tools
            return tools, await client.call_tool("terms", {"names": ["Co"]}), client.instructions

    tools, answer, instructions = run_apart(listed)
    assert answer.structured_content["rows"][0]["id"] == "cobalt"
    assert "never zero" in instructions
    assert [one.name for one in tools] == [
        "assess",
        "scenario",
        "scenarios",
        "policy_in_force",
        "trace",
        "terms",
    ]
    for one in tools:
        assert (one.annotations.read_only_hint, one.annotations.destructive_hint) == (True, False)
        assert one.annotations.open_world_hint is False
        assert one.description
        assert one.input_schema["additionalProperties"] is False
        for schema in (one.input_schema, one.output_schema):
            Draft202012Validator.check_schema(schema)
        assert all("description" in field for field in one.input_schema["properties"].values())


def test_assess_gives_the_numbers_of_the_command_bit_for_bit(rows):
    words = ("--importers", "KOR,KOR+JPN,WLD", "--minerals", "cobalt,gallium", "--years", "2022-2023")
    methods = ("geopolrisk", "hhi", "top1", "net-import-reliance")
    told = printed_by("assess", *words, "--methods", ",".join(methods), "--detail")
    found = rows(
        "assess",
        importers=["KOR", "KOR+JPN", "WLD"],
        minerals=["cobalt", "gallium"],
        years="2022-2023",
        methods=list(methods),
        limit=200,
    )
    assert len(found) == len(told) > 50
    for one, other in zip(found, told, strict=True):
        assert {k: v for k, v in one.items() if k != "origins"} == {
            k: other[k] for k in one if k != "origins"
        }
    assert {row["value"] is None for row in found if row["status"] != "ok"} == {True}
    assert {row["value"] is None for row in found if row["status"] == "ok"} == {False}


def test_every_row_cites_an_origin_with_publisher_edition_and_licence(ask, world):
    answer = ask("assess", importers="KOR", minerals="cobalt", years=2023)
    content = answer.structured_content
    (row,) = content["rows"]
    assert row["id"] == f"geopolrisk/cobalt/mixed/KOR/2023@{world.vintage[:12]}"
    assert set(row["origins"]) == set(content["origins"]) == {"cepii-baci", "wmd", "wgi-2024"}
    assert content["origins"]["cepii-baci"]["publisher"] == "CEPII"
    assert all(one["edition"] and one["licence"] for one in content["origins"].values())
    assert (content["vintage"], content["version"]) == (world.vintage, __version__)
    text = text_of(answer)
    assert f"{row['value']:,.6g}" in text
    assert row["id"] in text
    assert "Cite: CEPII, BACI" in text
    assert "Etalab" in text


@pytest.fixture(scope="module")
def copper(rows):
    """Rows of every method that have a value, one a series."""
    found = rows("assess", importers=["KOR", "WLD"], minerals="copper", years=2023, methods="all", limit=200)
    valued = [row for row in found if row["status"] == "ok"]
    return {(row["method"], row["importer"], row["source"]): row for row in valued}


@pytest.mark.parametrize("method", OPEN_METHODS)
def test_a_trace_ends_in_the_cited_value_and_names_the_cited_origins(method, copper, ask, world):
    picked = [row for row in copper.values() if row["method"] == method]
    assert picked
    weights = {*world.origins_of("governance"), *world.origins_of("governance_geopolrisk")}
    for row in picked:
        content = ask("trace", id=row["id"]).structured_content
        assert content["id"] == row["id"]
        # sums over other rows at once may differ in the last digit of a float64
        assert content["value"] == pytest.approx(row["value"], rel=1e-14)
        assert content["steps"][-1]["after"] == pytest.approx(row["value"], rel=1e-9)
        # no table of country weights where these are one step; parts have trails of their own
        traced, tables = set(content["origins"]), ("trade", "production") if content["parts"] else ()
        further = weights | {name for table in tables for name in world.origins_of(table)}
        assert traced <= set(row["origins"]) <= traced | further


def test_an_id_may_be_typed_without_the_vintage_and_another_vintage_is_refused(ask):
    assert ask("trace", id="geopolrisk/코발트/mixed/Korea/2023").structured_content["value"] > 0
    answer = ask("trace", id="geopolrisk/cobalt/mixed/KOR/2023@000000000000")
    assert answer.is_error
    assert "printed from the world 000000000000" in text_of(answer)
    answer = ask("trace", id="scenario/graphite-licence/natural-graphite/ore/KOR/2024@000000000000")
    assert answer.is_error
    assert "printed from another world" in text_of(answer)


def test_long_answers_come_in_pages_that_join_to_the_whole(ask):
    asked = {"importers": "KOR,JPN", "minerals": "battery", "years": "2020-2023"}
    whole = ask("assess", **asked, limit=200).structured_content
    parts = [ask("assess", **asked, limit=13, offset=at).structured_content for at in (0, 13)]
    assert [row for part in parts for row in part["rows"]] == whole["rows"][:26]
    assert parts[1]["notes"][0].startswith(f"rows 14 to 26 of {whole['total']}: name fewer minerals")
    assert ask("assess", **asked, offset=5000).is_error


def test_an_importer_with_a_footnote_brings_it(ask):
    answer = ask("assess", importers="TWN", minerals="cobalt", years=2023)
    assert footnote("baci-490", "en") in answer.structured_content["notes"]


def test_a_scenario_gives_the_rows_of_the_engine_beside_the_baselines(rows, world):
    found, told = (
        rows("scenario", id="cobalt-quota"),
        stress(world, ready("cobalt-quota", world)).losses.to_dicts(),
    )
    assert {row["status"] for row in told} == {"ok", "not_distinguishable", "no_trade_data"}
    for one, other in zip(found, told, strict=True):
        known = other["status"] == "ok"
        hidden = () if known else ("lost_t", "lost_low_t", "lost_high_t", "lost_share", "rank")
        assert {k: one[k] for k in other} == other | dict.fromkeys(hidden)
        assert one["no_change_t"] == (None if other["status"] == "no_trade_data" else 0.0)
        if known:
            assert one["lost_low_t"] <= one["lost_t"] <= one["lost_high_t"]


def test_what_cannot_be_told_from_normal_variation_is_said_so_and_not_ranked(ask):
    answer = ask("scenario", id="bauxite-guinea")
    assert {row["status"] for row in answer.structured_content["rows"]} == {"not_distinguishable"}
    assert all(row["lost_t"] is None and row["rank"] is None for row in answer.structured_content["rows"])
    assert "KOR: not distinguishable from normal variation; baselines: no change 0 t" in text_of(answer)
    traced = ask("trace", id=answer.structured_content["rows"][0]["id"]).structured_content
    assert traced["value"] is None
    assert traced["status"] == "not_distinguishable"
    assert "lost" not in json.dumps([step["what"] for step in traced["steps"][-1:]]).casefold().split()


def test_the_trace_of_a_loss_ends_in_it(rows, ask):
    found = rows("scenario", id="copper-concentrate-indonesia", importers=["KOR+JPN", "DEU"], year=2022)
    valued = [row for row in found if row["status"] == "ok"]
    assert valued
    for row in valued:
        content = ask("trace", id=row["id"]).structured_content
        assert content["id"] == row["id"]
        assert (content["value"], content["low"]) == (row["lost_t"], row["lost_low_t"])
        assert content["steps"][-1]["after"] == row["lost_t"]
        assert set(content["origins"]) == set(row["origins"])


def test_a_scenario_of_ones_own_and_its_other_tables(rows, ask):
    shock = {"kind": "ban", "exporter": "China", "minerals": "흑연", "cut": [0.2, 0.5], "start": "2027-01-01"}
    answer = ask("scenario", shocks=[shock], importers="KOR")
    assert not answer.is_error, text_of(answer)
    assert {row["id"] for row in answer.structured_content["rows"]} == {None}
    assert any("has no id" in note for note in answer.structured_content["notes"])
    months = rows("scenario", id="graphite-licence", table="months", limit=200)
    year = {row["id"] for row in rows("scenario", id="graphite-licence")}
    assert {row["part_of"] for row in months} == year
    assert {
        row["status"] for row in rows("scenario", id="copper-concentrate-indonesia", table="applications")
    }


def test_made_up_tonnes_are_cited_as_made_up_and_never_as_a_publishers(ask):
    answer = ask("scenario", id="gallium-germanium-exercise")
    content = answer.structured_content
    assert content["fictitious"] is True
    lines = text_of(answer).splitlines()
    assert "FICTITIOUS" in lines[0]
    assert all("FICTITIOUS" in line for line in lines if line.startswith(("- ", "Cite:")))
    assert {*content["origins"]} == {"made-up"}
    traced = ask("trace", id=content["rows"][0]["id"])
    assert traced.structured_content["note"].startswith("FICTITIOUS")
    assert {*traced.structured_content["origins"]} == {"made-up"}
    (source,) = traced.structured_content["sources"]
    assert source["rows"]
    assert "CEPII" not in text_of(answer) + text_of(traced)


def test_all_ready_scenarios_are_listed(rows):
    assert [row["id"] for row in rows("scenarios")] == ready_names()
    assert {row["id"] for row in rows("scenarios", word="graphite")} >= {
        "graphite-licence",
        "event-chn-gr-2024",
    }


def test_policy_is_that_of_the_command_with_a_source_each(rows):
    found = rows("policy_in_force", on="2026-11-30", minerals=["gallium", "antimony"], importer="KOR")
    told = printed_by(
        *("policy", "in-force", "--on", "2026-11-30", "--mineral", "gallium,antimony", "--importer", "KOR")
    )
    assert [{k: row[k] for k in told[0]} for row in found] == told
    for row in found:
        assert row["origins"]
        assert date.fromisoformat(row["read_on"])


def test_an_expired_suspension_stays_unconfirmed_in_these_words(ask):
    answer = ask("policy_in_force", on="2026-11-30", issuers=["CHN"], minerals=["gallium"])
    (row,) = [one for one in answer.structured_content["rows"] if one["id"] == "CHN-2024-46-2"]
    said = "unconfirmed: suspension expired on 2026-11-27, no later record"
    assert (row["state"], row["state_text"]) == ("unconfirmed", said)
    assert said in text_of(answer)
    before = ask("policy_in_force", on="2026-11-27", issuers=["CHN"], minerals=["gallium"])
    states = {one["id"]: one["state"] for one in before.structured_content["rows"]}
    assert states["CHN-2024-46-2"] == "suspended"
    traced = ask("trace", id="CHN-2024-46-2")
    assert said in text_of(traced)
    assert traced.structured_content["kind"] == "measure"


def test_every_state_of_the_register_has_words():
    spans = [span for measure in register() for span in measure.spans]
    told = {span.why: state_text(span) for span in spans}
    assert told[""] in ("in force", "suspended", "announced", "ended", "proposed", "de facto")
    assert told["first_day_uncertain"].startswith("unconfirmed: first day known only as")
    assert all(text.startswith("unconfirmed: ") for why, text in told.items() if why)


def test_no_measure_is_not_evidence_of_absence(ask):
    answer = ask("policy_in_force", on="1950-01-01")
    assert not answer.is_error
    assert answer.structured_content["rows"] == []
    assert "absence here is not evidence of absence" in text_of(answer)


@pytest.mark.parametrize(
    ("name", "kind", "identity"),
    [
        ("코발트", "mineral", "cobalt"),
        ("コバルト", "mineral", "cobalt"),
        ("Cu", "mineral", "copper"),
        ("battery", "group", "battery"),
        ("한국", "country", "KOR"),
        ("EU27", "coalition", "EU27"),
        ("kor+jpn", "coalition", "KOR+JPN"),
        ("world", "world", "WLD"),
        ("cobaltt", None, None),
    ],
)
def test_terms_find_names_of_any_language(name, kind, identity, rows):
    found = rows("terms", names=[name])
    assert (kind, identity) in [(row["kind"], row["id"]) for row in found]
    if kind is None:
        assert "did you mean 'cobalt'" in found[0]["note"]


@pytest.mark.parametrize(
    ("tool", "given", "message"),
    [
        ("assess", {}, "assess: importers: is missing; Countries"),
        ("assess", {"importers": "KOR", "minerals": "cobalt", "mineral": "x"}, "did you mean 'minerals'"),
        ("assess", {"importers": "KOR", "minerals": "cobolt"}, "unknown mineral 'cobolt'; did you mean"),
        ("assess", {"importers": "KOR", "minerals": "cobalt", "years": "1066"}, "1066"),
        ("assess", {"importers": "KOR", "minerals": "cobalt", "limit": 201}, "limit: should be less than or"),
        ("assess", {"importers": "KOR", "minerals": "cobalt", "methods": "hhj"}, "unknown method 'hhj'"),
        ("assess", {"importers": "all", "minerals": "all", "methods": "all"}, "at most 4,000 at once"),
        (
            "assess",
            {"importers": "KOR", "minerals": "cobalt", "methods": "value-added-exposed"},
            "a table that a user supplies",
        ),
        ("trace", {"id": "value-added-exposed/cobalt/mixed/KOR/2023"}, "a table that a user supplies"),
        ("trace", {"id": "4f2a9c1b3d"}, "'4f2a9c1b3d' is no id; write method/mineral"),
        ("trace", {"id": "scenario/x"}, "write scenario/NAME/MINERAL"),
        ("scenario", {}, "id or shocks: give one of them"),
        ("scenario", {"id": "graphite-license"}, "did you mean 'graphite-licence'"),
        ("scenario", {"id": "../../events/own.yaml"}, "unknown ready scenario '../../events/own.yaml'"),
        ("scenario", {"id": "graphite-licence", "importers": "WLD"}, "holds everybody"),
        ("scenario", {"id": "graphite-licence", "year": 1950}, "1950"),
        ("scenario", {"shocks": [{"kind": "ban", "exporter": "CHN", "minerals": "x"}]}, "start: is missing"),
        (
            "scenario",
            {"shocks": [{"kind": "ban", "exporter": "CHN", "minerals": "x", "start": "2027-01-01"}]},
            "unknown mineral 'x'",
        ),
        ("policy_in_force", {"on": "2026-02-30"}, "'2026-02-30' is not a day of the calendar"),
        ("policy_in_force", {"issuers": ["XXQ"]}, "unknown country or region 'XXQ'"),
        ("scenarios", {"word": "unobtainium"}, "none of 47 holds 'unobtainium'"),
        ("asess", {}, "unknown tool 'asess'; did you mean 'assess'?"),
    ],
)
def test_a_bad_argument_gets_one_message_with_place_value_and_mend(tool, given, message, ask):
    answer = ask(tool, **given)
    assert answer.is_error
    assert answer.structured_content is None
    assert message in text_of(answer)
    assert "Traceback" not in text_of(answer)
    assert "fault of pactolus" not in text_of(answer)


def test_every_tool_is_named_on_its_page(repository):
    page = (repository / "docs" / "how-to" / "assistant.md").read_text(encoding="utf-8")
    assert [name for name in TOOLS if f"`{name}`" not in page] == []
