"""``pactolus exercise`` as a facilitator types it: one exercise on trade, one on made-up tonnes."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from pactolus.response.exercise.decisions import decisions_yaml, read_decisions
from pactolus.response.exercise.exercise import ready_exercise
from pactolus.response.exercise.truth import true_case
from tests.response.exercise.ready import setting, yardsticks

from .conftest import Pactolus

DECISIONS = """exercise: {name}
decisions:
  - {{role: {member}-agency, month: 1, action: release, tonnes: {tonnes}, {place}, until: 8,
     why: "<b>first</b>"}}
"""
PLACE = {
    "gallium-germanium-licence": ("jpn", "2", "mineral: gallium, stage: refined"),
    "graphite-licence": ("kor", "400", "mineral: natural-graphite, stage: mixed"),
}


def decided(name: str, folder: Path) -> Path:
    member, tonnes, place = PLACE[name]
    file = folder / "decisions.yaml"
    file.write_text(DECISIONS.format(name=name, member=member, tonnes=tonnes, place=place), encoding="utf-8")
    return file


@pytest.mark.parametrize("name", list(PLACE))
def test_from_the_list_to_the_report(name: str, pactolus: Pactolus, tmp_path: Path) -> None:
    assert name in [row["exercise"] for row in pactolus("exercise list --format csv").csv]
    made_up = "all tonnes" if name.startswith("gallium") else "no holding of any member"
    sheet = pactolus(f"exercise show {name} --lang ko")
    assert sheet.code == 0
    assert "month 1, day" in sheet.out
    run = tmp_path / "run"
    played = pactolus(
        f"exercise run {name} --seed 3 --decisions", str(decided(name, tmp_path)), "--out", str(run)
    )
    assert (played.code, made_up in played.err) == (0, True), played.err
    scored = pactolus("exercise score --format json", str(run))
    costs = {row["path"]: row["cost_musd"] for row in scored.json if row["member"] == "all"}
    assert costs["hindsight"] <= costs["best"] < costs["played"] < costs["idle"]
    assert re.search(r"score: \d+\.\d% of what the best plan saves", scored.err)
    assert made_up in scored.err
    said = pactolus("exercise report --out", str(tmp_path / "out"), str(run))
    assert said.code == 0, said.err
    pages = {}
    for lang in ("en", "ko", "ja"):
        pages[lang] = (tmp_path / "out" / f"exercise-{name}.{lang}.html").read_text(encoding="utf-8")
        body = pages[lang].split("<body>")[1]
        assert "<script" not in body
        assert not re.search(r'(src|href)="http', body)
        assert 'class="banner"' in body
        assert "&lt;b&gt;first&lt;/b&gt;" in body
        assert f'lang="{lang}"' in pages[lang]
    assert made_up in pages["en"]
    numbers = {tuple(re.findall(r'class="num">([\d,.<-]+)<', page)) for page in pages.values()}
    assert len({tuple(sorted(one)) for one in numbers}) == 1


def test_two_runs_and_reports_are_the_same_bytes(pactolus: Pactolus, tmp_path: Path) -> None:
    name = "gallium-germanium-licence"
    file = decided(name, tmp_path)
    for one in ("a", "b"):
        assert pactolus(f"exercise run {name} --decisions", str(file), "--out", str(tmp_path / one)).code == 0
        done = pactolus("exercise report --lang en --out", str(tmp_path / f"{one}-out"), str(tmp_path / one))
        assert done.code == 0
    for pair in (("a", "b"), ("a-out", "b-out")):
        first, second = (tmp_path / one for one in pair)
        assert {f.name: f.read_bytes() for f in first.iterdir()} == {
            f.name: f.read_bytes() for f in second.iterdir()
        }


def test_doing_nothing_and_the_best_plan(pactolus: Pactolus, tmp_path: Path) -> None:
    name = "gallium-germanium-licence"
    assert pactolus(f"exercise run {name} --seed 3 --out", str(tmp_path / "idle")).code == 0
    assert "score: 0.0% of" in pactolus("exercise score", str(tmp_path / "idle")).err
    case = true_case(ready_exercise(name), setting(name).situation.probability, 3)
    able = {"release": "agency", "keep": "agency", "lend": "ministry", "swap": "ministry"}
    best = [
        replace(one, role=f"{one.role[-3:].lower()}-{able.get(one.action, 'firms')}", until=None)
        for one in yardsticks(name, case).best.decisions()
        if one.month <= ready_exercise(name).rounds
    ]
    file = tmp_path / "best.yaml"
    file.write_text(decisions_yaml(name, best), encoding="utf-8")
    assert len(read_decisions(file, ready_exercise(name), setting(name).situation)) == len(best)
    run = str(tmp_path / "best")
    assert pactolus(f"exercise run {name} --seed 3 --decisions", str(file), "--out", run).code == 0
    found = re.search(r"score: ([\d.]+)%", pactolus("exercise score", run).err)
    assert found is not None
    assert 80 < float(found[1]) <= 100


def test_faults_are_said_and_nothing_is_written(pactolus: Pactolus, tmp_path: Path) -> None:
    file = decided("gallium-germanium-licence", tmp_path)
    file.write_text(
        file.read_text(encoding="utf-8").replace("month: 1,", "month: 1, entered: 2030-07-26,"),
        encoding="utf-8",
    )
    run = tmp_path / "run"
    answer = pactolus("exercise run gallium-germanium-licence --decisions", str(file), "--out", str(run))
    assert answer.code == 2
    assert answer.err.count("\n") == 1
    assert "2030-07-26 lies after the deadline of month 1, 2030-07-25; decide it for month 2" in answer.err
    assert not run.exists()
    assert "use one of them" in pactolus("exercise run cobalt-quota --terminal --decisions x.yaml").err
    assert "unknown ready exercise 'galium'" in pactolus("exercise run galium").err
    assert "no run of an exercise" in pactolus("exercise score", str(tmp_path)).err
    assert "unknown role 'usa'" in pactolus("exercise show rare-earth-licence --role usa").err
    assert "months 1 to 8" in pactolus("exercise show rare-earth-licence --role observer --month 9").err


def test_what_a_role_sees(pactolus: Pactolus) -> None:
    view = pactolus("exercise show gallium-germanium-licence --role kor-agency --month 2 --format json")
    assert '"supplier"' not in view.out
    assert "JPN" not in view.out
    text = pactolus("exercise show gallium-germanium-licence --role kor-agency --month 2 --lang ja")
    assert "輸出許可制が公表された" in text.out
    assert "stock 3.0 t" in text.out


def test_templates_can_be_used(pactolus: Pactolus, tmp_path: Path) -> None:
    own, decisions = tmp_path / "own.yaml", tmp_path / "decisions.yaml"
    assert pactolus("exercise template --out", str(own)).code == 0
    assert pactolus("exercise template --out", str(decisions), str(own)).code == 0
    run = tmp_path / "run"
    answer = pactolus("exercise run --out", str(run), "--decisions", str(decisions), str(own))
    assert answer.code == 0, answer.err
    assert "score: 0.0% of" in pactolus("exercise score", str(run)).err


def test_line_by_line_at_a_terminal(
    pactolus: Pactolus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = iter(
        [
            "kor-agency release 1 of gallium",
            "kor-agency lend 1 of gallium to JPN",
            "jpn-agency release 99 of gallium",
            "what",
            "",
            "jpn-ministry lend 2 of gallium to KOR",
        ]
    )
    monkeypatch.setattr("builtins.input", lambda prompt: next(lines, ""))
    run = tmp_path / "run"
    answer = pactolus("exercise run gallium-germanium-licence --terminal --seed 3 --out", str(run))
    assert answer.code == 0, answer.err
    assert "not taken: action: kor-agency may not lend" in answer.out
    assert (
        "not taken: jpn-agency, month 1: release 99 t; at most 34 t: what is in stock; lower it" in answer.out
    )
    assert "not taken: 'what': write ROLE ACTION TONNES" in answer.out
    one = ready_exercise("gallium-germanium-licence")
    taken = read_decisions(run / "decisions.yaml", one, setting(one.id).situation)
    assert [(part.role, part.month) for part in taken] == [("kor-agency", 1), ("jpn-ministry", 2)]
    score = pactolus("exercise score", str(run))
    assert score.code == 0
