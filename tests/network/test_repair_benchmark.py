"""The benchmark of the repair compares programs that do the same."""

from __future__ import annotations

import polars as pl
import pytest
from benchmarks import repair as benchmark

from tests.network.markets import changed, flow, market


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A market with one slip in place of the embedded world."""
    slipped = changed(market(), flow("260300", "CHL", "KOR", 2011), 50 * pl.col("quantity_kg"))
    monkeypatch.setattr(benchmark, "trade", lambda codes: slipped)


@pytest.mark.usefixtures("small")
def test_every_year_anew_gives_the_rows_of_the_expanding_window() -> None:
    found = benchmark.ours(0)
    assert benchmark.again(0) == found
    assert found["rows"] == 1


@pytest.mark.usefixtures("small")
def test_the_polish_in_polars_sees_the_slip() -> None:
    assert benchmark.polish(0)["rows"] == 1


def test_a_wrong_option_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        benchmark.main(["--task", "theirs"])
    assert "invalid choice: 'theirs'" in capsys.readouterr().err
