"""Replay to the same bytes, and a log that only grows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pactolus.errors import InputError
from pactolus.response.exercise.decisions import Decision, read_decisions
from pactolus.response.exercise.runs import append_log, read_run, run_files, write_run
from pactolus.response.exercise.state import play
from tests.response.exercise.ready import setting

GG = "gallium-germanium-licence"
DECIDED = [
    Decision(role="jpn-agency", month=1, action="release", tonnes=2, mineral="gallium", until=8),
    Decision(role="jpn-ministry", month=2, action="lend", tonnes=1, mineral="gallium", to="KOR"),
]


def test_a_replay_is_bit_identical(tmp_path: Path) -> None:
    one = setting(GG)
    write_run(tmp_path / "first", play(one, 5, DECIDED), DECIDED, version="1")
    found = read_run(tmp_path / "first")
    own = read_decisions(found.decisions, found.exercise, one.situation)
    again = play(one, found.seed, own)
    write_run(tmp_path / "second", again, own, version=found.version)
    names = sorted(file.name for file in (tmp_path / "first").iterdir())
    assert names == ["decisions.yaml", "exercise.json", "log.jsonl", "result.json", "run.json"]
    for name in names:
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()


def test_a_replay_on_trade_opens_the_world_again_and_is_bit_identical() -> None:
    name = "graphite-licence"
    decided = [
        Decision(
            role="kor-agency", month=1, action="release", tonnes=9, mineral="natural-graphite", stage="mixed"
        )
    ]
    fresh = setting.__wrapped__(name)
    assert fresh is not setting(name)
    first, second = (run_files(play(one, 1, decided), decided) for one in (setting(name), fresh))
    assert first == second


def test_another_seed_is_another_run() -> None:
    one = setting(GG)
    drawn = {play(one, seed, DECIDED).case: seed for seed in range(30)}
    assert set(drawn) == {0, 1, 2}
    texts = {run_files(play(one, seed, DECIDED), DECIDED)["result.json"] for seed in drawn.values()}
    assert len(texts) == 3


def test_what_was_changed_since_is_said(tmp_path: Path) -> None:
    write_run(tmp_path, play(setting(GG), 5, DECIDED), DECIDED)
    text = (tmp_path / "decisions.yaml").read_text(encoding="utf-8")
    (tmp_path / "decisions.yaml").write_text(text.replace("2.0", "3.0"), encoding="utf-8")
    record = json.loads((tmp_path / "exercise.json").read_text(encoding="utf-8"))
    (tmp_path / "exercise.json").write_text(json.dumps(record | {"rounds": 7}), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_run(tmp_path)
    assert "is not the exercise that was played" in str(caught.value)
    assert "are not the decisions that were played" in str(caught.value)
    with pytest.raises(InputError, match="no run of an exercise"):
        read_run(tmp_path / "nowhere")


def test_the_log_only_grows(tmp_path: Path) -> None:
    write_run(tmp_path, play(setting(GG), 5, ()), ())
    first = (tmp_path / "log.jsonl").read_text(encoding="utf-8")
    write_run(tmp_path, play(setting(GG), 5, DECIDED), DECIDED)
    both = (tmp_path / "log.jsonl").read_text(encoding="utf-8")
    assert both.startswith(first)
    assert [json.loads(line)["what"] for line in both.splitlines()].count("begin") == 2
    lines = both.splitlines()
    lines[1] = lines[1].replace("licences", "licence")
    (tmp_path / "log.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"log.jsonl:3: does not follow the line before it"):
        append_log(tmp_path / "log.jsonl", [{"what": "more"}])
