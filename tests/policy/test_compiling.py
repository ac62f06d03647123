"""Edited records: every fault of a file at once, with file, line, column and the mend."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pactolus.errors import InputError
from pactolus.policy.compiling import compile_shipped, compiled_records
from pactolus.policy.own import with_own
from pactolus.policy.register import register

from .conftest import Write, record


def fault(write: Write, *records: Any) -> str:
    with pytest.raises(InputError) as caught:
        compiled_records([write(*records)])
    return str(caught.value)


def without(key: str) -> dict[str, Any]:
    (reference,) = record()["references"]
    return record(references=[{name: value for name, value in reference.items() if name != key}])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"instrument": "export_lisence"},
            "instrument: unknown instrument 'export_lisence'; did you mean 'export_licence'",
        ),
        ({"issuer": ["CHNN"]}, "issuer[1]: unknown country or coalition 'CHNN'; did you mean 'CHN'"),
        (
            {"authority": ["KOR-MOTIER"]},
            "authority[1]: unknown institution 'KOR-MOTIER'; did you mean 'KOR-MOTIR'",
        ),
        ({"targets": ["wrld"]}, "targets[1]: unknown target 'wrld'; did you mean 'world'"),
        ({"related": ["X-1"]}, "related[1]: unknown record 'X-1'"),
        ({"covers": [{"minerals": ["gallum"]}]}, "covers[1].minerals[1]: unknown mineral 'gallum'"),
        (
            {"covers": [{"subjects": ["stel"]}]},
            "covers[1].subjects[1]: unknown subject 'stel'; did you mean 'steel'",
        ),
        (
            {"covers": [{"minerals": ["gallium"], "stages": ["orre"]}]},
            "unknown stage 'orre'; did you mean 'ore'",
        ),
        ({"covers": [{"stages": ["ore"]}]}, "covers[1]: names neither minerals nor subjects"),
        ({"covers": None}, "record: has neither covers nor scope; say what is covered"),
        ({"covers": [{"minerals": ["gallium"], "hs_codes": ["811292"]}]}, "hs_codes: without hs_edition"),
        (
            {
                "covers": [
                    {
                        "minerals": ["gallium"],
                        "hs_edition": "HS2099",
                        "hs_codes": ["811292"],
                        "broader": "yes",
                    }
                ]
            },
            "hs_edition: unknown edition of the Harmonized System 'HS2099'",
        ),
        (
            {"covers": [{"minerals": ["gallium"], "hs_edition": "HS2022", "hs_codes": ["811292"]}]},
            "hs_codes: without broader; say whether the codes hold more than the measure",
        ),
        (
            {
                "covers": [
                    {
                        "minerals": ["germanium"],
                        "hs_edition": "HS2022",
                        "hs_codes": ["811230"],
                        "broader": "no",
                    }
                ]
            },
            "'811230' is a code of HS92, HS96, HS02, not of HS22; correct code or edition",
        ),
        (
            {
                "covers": [
                    {
                        "minerals": ["germanium"],
                        "hs_edition": "HS2022",
                        "hs_codes": ["990000"],
                        "broader": "no",
                    }
                ]
            },
            "'990000' is no code: the Harmonized System has no chapter 99",
        ),
        ({"title": {"en": "x", "ko": "x"}}, "title.ja: is missing; add it"),
        ({"references": None}, "references: is missing; add it"),
        ({"references": []}, "references"),
        (
            {"states": [{"state": "in_force", "from": "2020-01-01", "reference": 2}]},
            "states[1].reference: found 2",
        ),
        (
            {"states": [{"state": "in_force", "from": "tomorrow"}]},
            "states[1].from: found 'tomorrow'; write a day",
        ),
        (
            {"states": [{"state": "in_force", "from": "2020-05-01", "through": "2020-01-01"}]},
            "lies before from",
        ),
        (
            {
                "states": [
                    {"state": "in_force", "from": "2020-01-01", "through": "2021-01-01"},
                    {"state": "suspended", "from": "2020-06-01", "through": "2022-01-01"},
                ]
            },
            "states[2]: suspended from 2020-06-01 overlaps in_force through 2021-01-01",
        ),
        ({"reach": "maybe"}, "reach: found 'maybe'; write yes, no or unknown"),
        ({"instrumnt": "x"}, "instrumnt: no such key; did you mean 'instrument'?"),
        (
            {"title": {"en": " ", "ko": "x", "ja": "x"}},
            "title.en: is empty; write the text or take the key out",
        ),
    ],
)
def test_a_fault_has_its_place_and_its_mend(write: Write, changes: dict[str, Any], message: str) -> None:
    text = fault(write, record(**changes))
    assert message in text
    assert text.startswith("own.yaml:")
    line, column = text.split(": ", 1)[0].split(":")[1:3]
    assert int(line) >= 1
    assert int(column) >= 1


@pytest.mark.parametrize("key", ["locator", "read_on"])
def test_a_reference_without_a_locator_or_a_day_does_not_load(write: Write, key: str) -> None:
    assert f"references[1]: has no {key}; give the" in fault(write, without(key))


def test_unverified_records_need_no_locator(write: Write) -> None:
    (found,) = compiled_records([write(without("locator"))], verified=False)
    assert "locator" not in found["references"][0]


def test_all_faults_of_all_files_are_said_at_once(write: Write) -> None:
    one = write(record("A-1", instrument="x"), record("A-2", issuer=["ZZZ"]), name="one.yaml")
    two = write(record("A-1", reach="no"), name="two.yaml")
    with pytest.raises(InputError) as caught:
        compiled_records([one, two])
    text = str(caught.value)
    assert "one.yaml" in text
    assert "unknown instrument 'x'" in text
    assert "unknown country or coalition 'ZZZ'" in text
    assert "two.yaml" in text
    assert "'A-1' is already the id of one.yaml:1; ids are unique" in text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- id: a\n  id: b\n", "own.yaml:2:3: the key id stands twice in one mapping; keep one"),
        ("- id: [\n", "not YAML"),
        ("id: a\n", "a file of records is a list; begin each record with '- '"),
        ("- word\n", "own.yaml:1:1: a record is a mapping of keys to values (found a text)"),
    ],
)
def test_what_is_no_list_of_records_says_so(write: Write, text: str, message: str) -> None:
    assert message in fault(write, text)


def test_a_file_that_is_not_utf8_says_so(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_bytes("- id: 갈륨\n".encode("cp949"))
    with pytest.raises(InputError, match=r"own\.yaml: not UTF-8 \(byte \d+\); save the file as UTF-8"):
        compiled_records([file])


def test_lines_and_columns_are_those_of_the_file(write: Write) -> None:
    text = (
        "# a comment\n"
        "- id: CHN-1\n"
        "  issuer: [CHN]\n"
        "  instrument: export_ban\n"
        "  title: {en: a, ko: b, ja: c}\n"
        "  scope: dual-use\n"
        "  states:\n"
        "    - {state: in_force, from: 2020-01-01}\n"
        "    - {state: in_forc, from: 2021-01-01}\n"
        "  references: []\n"
    )
    assert "own.yaml:9:8: states[2].state: found 'in_forc'; write announced" in fault(write, text)


def test_terms_are_resolved_and_states_worked_out(write: Write) -> None:
    covers = [{"minerals": ["Ga"], "hs_edition": "HS2022", "hs_codes": ["811292"], "broader": "yes"}]
    (found,) = compiled_records([write(record(covers=covers))])
    assert found["covers"][0]["minerals"] == ["gallium"]
    assert found["covers"][0]["hs_edition"] == "HS22"
    assert [span[2] for span in found["spans"]] == ["announced", "in_force"]
    assert found["source"] == "own.yaml:1"


def test_own_records_stand_beside_the_shipped_ones_and_replace_them(write: Write, tmp_path: Path) -> None:
    shipped = next(iter(register()))
    file = write(record("OWN-1"), record(shipped.id))
    found = with_own([file], tmp_path / "cache")
    assert len(found) == len(register()) + 1
    assert found[shipped.id].titles["en"] == "Licence for gallium"
    (kept,) = (tmp_path / "cache").glob("*.json")
    assert {one["id"] for one in json.loads(kept.read_text())} == {"OWN-1", shipped.id}
    again = with_own([file], tmp_path / "cache")
    assert again["OWN-1"] == found["OWN-1"]
    file.write_text(file.read_text().replace("OWN-1", "OWN-2"))
    assert "OWN-2" in with_own([file], tmp_path / "cache")


def test_an_id_is_verified_or_not_but_never_both(tmp_path: Path, write: Write) -> None:
    data = tmp_path / "data"
    (data / "unverified").mkdir(parents=True)
    write(record("A-1")).rename(data / "a.yaml")
    write(record("A-1")).rename(data / "unverified" / "a.yaml")
    with pytest.raises(InputError, match="A-1 stand among the verified records too"):
        compile_shipped(data, tmp_path / "out")
    assert not (tmp_path / "out").exists()
