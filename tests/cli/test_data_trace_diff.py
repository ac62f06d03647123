"""``pactolus data trace`` and ``data diff`` as a user sees them."""

from __future__ import annotations

import json

import pytest

from pactolus.catalogue.world import open_world
from tests.cli.conftest import Pactolus

ID = "geopolrisk/cobalt/mixed/KOR/2023"


def test_a_number_is_walked_back_to_publisher_licence_and_rows(pactolus: Pactolus) -> None:
    answer = pactolus(f"data trace {ID} --quiet")
    assert answer.code == 0
    for words in ("World production", "Import risk", "CEPII", "Etalab", "World Bank", "282200", "COD"):
        assert words in answer.out
    assert answer.err == ""


def test_csv_has_one_row_a_step_with_full_precision(pactolus: Pactolus) -> None:
    rows = pactolus(f"data trace {ID} --format csv").csv
    value = pactolus(
        "assess --importers KOR --minerals cobalt --years 2023 --methods geopolrisk --format csv"
    ).csv[0]["value"]
    assert [r["number"] for r in rows] == [str(n) for n in range(1, len(rows) + 1)]
    assert float(rows[-1]["after"]) == pytest.approx(float(value), rel=1e-12)


def test_json_carries_everything(pactolus: Pactolus) -> None:
    found = json.loads(pactolus(f"data trace {ID} --format json").out)
    assert found["vintage"] == open_world().vintage
    assert found["id"] == f"{ID}@{found['vintage'][:12]}"
    assert [s["table"] for s in found["sources"]] == ["trade", "production", "governance"]
    assert all(o["licence"] for s in found["sources"] for o in s["origins"])


@pytest.mark.parametrize(
    ("identity", "code", "message"),
    [
        ("hhi/cobalt/mixed/KOR/1890", 2, "1890"),
        ("hhi/gold/product/KOR/2023", 3, "this world has no such row"),
        ("0123456789", 2, "name its manifest with --manifest"),
        ("nonsense/", 2, "is no id of a number"),
    ],
)
def test_wrong_ids_end_with_a_message_and_a_code(
    pactolus: Pactolus, identity: str, code: int, message: str
) -> None:
    answer = pactolus(["data", "trace", identity])
    assert (answer.code, answer.out) == (code, "")
    assert message in answer.err


def test_a_world_against_itself(pactolus: Pactolus) -> None:
    answer = pactolus("data diff embedded embedded --importers KOR --minerals cobalt --years 2023")
    assert answer.code == 0
    assert "Rows: the same in every table" in answer.out
    assert "Findings: 0 of" in answer.out
    assert "the two worlds hold the same facts" in answer.err


def test_wrong_words_are_all_said_at_once(pactolus: Pactolus) -> None:
    answer = pactolus("data diff embedded /nowhere/at/all --part all")
    assert answer.code == 2
    assert "--part: 'all' is none of findings, tables, origins" in answer.err
    assert "no such folder" in answer.err
