"""The benchmark of the register: real records, and tasks that run."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks import register


def test_records_are_repeated_under_ids_of_their_own() -> None:
    records = register.many(700)
    assert len({one["id"] for one in records}) == 700
    assert records[0]["title"] != records[1]["title"]


def test_every_task_runs_on_a_small_register(tmp_path: Path) -> None:
    file = tmp_path / "register.json"
    file.write_text(json.dumps(register.many(400), ensure_ascii=False), encoding="utf-8")
    for task in ("load", "ask", "anew"):
        assert 0 < register.TASKS[task](file) < 10
