"""``pactolus projects floor`` as a user types it."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Pactolus

ASKED = "projects floor --projects AUS-REE-NOLANS,AUS-REE-ENEABBA --draws 200 --format csv"


def test_the_floor_that_each_needs(pactolus: Pactolus) -> None:
    answer = pactolus(ASKED)
    assert answer.code == 0
    assert {row["id"] for row in answer.csv} == {"AUS-REE-NOLANS", "AUS-REE-ENEABBA"}
    for row in answer.csv:
        ends = [float(row[f"floor_{end}_usd_per_t"]) for end in ("low", "mid", "high")]
        assert ends == sorted(ends)
        assert float(row["floor_needed_usd_per_t"]) == pytest.approx(ends[1])
        assert row["notice"].startswith("For governments only: public support")
    assert "customs unit value" in answer.err
    assert "a share of today's price is assumed" in answer.err
    assert pactolus(f"{ASKED} --quiet").err == ""
    assert pactolus(ASKED).out == answer.out


def test_a_programme_with_who_pays(pactolus: Pactolus) -> None:
    answer = pactolus(
        f"{ASKED} --table programme --floors 60000:140000:40000 --offtake KOR=0.3,JPN=0.1 --contract cfd"
    )
    assert [row["level"] for row in answer.csv[::2]] == ["no floor", "60000", "100000", "140000"]
    kor, jpn = answer.csv[-2:]
    assert float(kor["cost_expected_pv_musd"]) == pytest.approx(3 * float(jpn["cost_expected_pv_musd"]))
    assert float(kor["returned_pv_musd"]) >= 0
    counts = [int(row["standing"]) for row in answer.csv]
    assert counts == sorted(counts)


@pytest.mark.parametrize("table", ["standing", "years"])
def test_other_tables(pactolus: Pactolus, table: str) -> None:
    answer = pactolus(f"{ASKED} --table {table} --floors 1x,1.2x --contract-years 10 --covered 0.5")
    assert answer.code == 0
    assert {row["level"] for row in answer.csv} - {"no floor"} == {"1 x price", "1.2 x price"}


def test_own_prices_make_it_answer_for_a_product_without_a_code(pactolus: Pactolus, tmp_path: Path) -> None:
    asked = ASKED.replace("AUS-REE-NOLANS,AUS-REE-ENEABBA", "AUS-REE-BROWNSRANGE")
    silent = pactolus(asked)
    assert silent.code == 3
    assert "no price of any of them in this world; give --prices" in silent.err
    own = tmp_path / "prices.csv"
    own.write_text(
        "mineral,stage,low,mid,high,year,source\nAUS-REE-BROWNSRANGE,,8000,10000,15000,2024,made up\n",
        encoding="utf-8",
    )
    answer = pactolus(f"{asked} --prices {own}")
    assert answer.code == 0
    assert float(answer.csv[0]["price_now_usd_per_t"]) == 10000.0


def test_a_project_that_runs_already_is_named(pactolus: Pactolus) -> None:
    answer = pactolus("projects floor --projects CHL-CU-QB2 --draws 100 --format csv")
    assert "CHL-CU-QB2: built already; what a floor pays there brings no new project" in answer.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("--floors 100:50:10", "from <= to"),
        ("--floors 0:1e9:1", "more than 200"),
        ("--floors 0.5x,60000", "mixes USD/t and parts"),
        ("--floors high", "write 60000:140000:10000"),
        ("--floors -5", "write 60000:140000:10000"),
        ("--contract swap", "floor or cfd"),
        ("--covered 1.2", "a part of 1"),
        ("--share 0", "a part of 1"),
        ("--offtake KOR=0.8,JPN=0.8", "the parts make 1.6"),
        ("--offtake KOR=0.1,KOR=0.2", "stands twice"),
        ("--draws 5", "between 100"),
        ("--table all", "unknown table 'all'"),
        ("--projects AUS-REE-NOLAN", "did you mean 'AUS-REE-NOLANS'"),
        ("--prices nowhere.csv", "cannot be read"),
    ],
)
def test_bad_input(pactolus: Pactolus, words: str, says: str) -> None:
    asked = ["projects", "floor", "--projects", "AUS-REE-NOLANS", "--draws", "100", "--format", "csv"]
    given = words.split(" ", 1)
    if given[0] in asked:
        place = asked.index(given[0])
        asked[place : place + 2] = []
    answer = pactolus([*asked, *given])
    assert (answer.code, answer.out) == (2, "")
    assert says in answer.err


def test_dollars_per_tonne_across_products_are_refused(pactolus: Pactolus) -> None:
    answer = pactolus("projects floor --minerals copper,lithium --floors 9000 --draws 100")
    assert answer.code == 2
    assert "USD/t of one product" in answer.err


def test_records_of_a_workspace_count_too(pactolus: Pactolus, tmp_path: Path) -> None:
    desk = str(tmp_path / "desk")
    record = Path(__file__).parents[2] / "src" / "pactolus" / "projects" / "data" / "records" / "africa.yaml"
    text = record.read_text(encoding="utf-8")
    start = text.index("- id: TZA-GR-EPANKO")
    end = text.find("\n- id: ", start + 1)
    own = text[start : end if end > 0 else None].replace("id: TZA-GR-EPANKO", "id: TZA-GR-OURS")
    assert pactolus(["workspace", "init", desk]).code == 0
    (Path(desk) / "projects" / "ours.yaml").write_text(own.replace("Epanko", "Ours"), encoding="utf-8")
    asked = ["projects", "floor", "--projects", "tza-gr-ours", "--draws", "200", "--format", "csv"]
    assert "unknown project 'tza-gr-ours'" in pactolus(asked).err
    answer = pactolus([*asked, "--workspace", desk])
    assert answer.code == 0, answer.err
    assert [row["id"] for row in answer.csv] == ["TZA-GR-OURS"]
