"""The benchmark of the importers measures three ways that give the same sums."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import polars as pl
import pytest
from benchmarks import importers


def test_the_year_has_unique_keys_and_cepiis_layout(tmp_path: Path) -> None:
    file = tmp_path / "BACI_HS92_V202601.zip"
    count = importers.write_year(file, 0.1)
    with zipfile.ZipFile(file) as archive:
        content = archive.read(importers.MEMBER)
    table = pl.read_csv(content, infer_schema=False)
    assert table.height == count
    assert table.columns == ["t", "i", "j", "k", "v", "q"]
    assert table.select("i", "j", "k").is_unique().all()
    assert content.startswith(b"t,i,j,k,v,q\n2024,")
    assert table.filter(pl.col("q").str.strip_chars() == "NA").height > 0


def test_the_quick_form_runs_and_keeps_its_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert importers.main(["--quick", "--results", str(tmp_path)]) == 0
    assert "| pactolus, every check |" in capsys.readouterr().out
    (kept,) = tmp_path.glob("importers-*.json")
    record = json.loads(kept.read_text(encoding="utf-8"))
    assert list(record["rows"]) == ["ours", "eager", "rows"]
    assert all(found["wall_s"] > 0 and found["peak_mb"] > 10 for found in record["rows"].values())


def test_ways_that_disagree_are_no_comparison() -> None:
    importers.require_equal({"ours": {"rows": 1}, "eager": {"rows": 1}})
    with pytest.raises(ValueError, match="the ways gave different sums"):
        importers.require_equal({"ours": {"rows": 1}, "eager": {"rows": 2}})
