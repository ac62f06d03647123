"""``pactolus watch score`` as a user types it."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Pactolus

KG = [100, 120, 80] * 5


@pytest.fixture
def series(tmp_path: Path) -> str:
    """Fifteen months of two partners; China sends three times as much in March, and nothing in April 2024."""
    lines = ["period,partner,hs6,value_usd,quantity_kg"]
    for n, kg in enumerate(KG):
        month = f"{2023 + n // 12}-{n % 12 + 1:02d}"
        lines.append(f"{month},China,250410,{2 * kg},{3 * kg if n == 14 else kg}")
        lines.append(f"{month},Norway,250410,{2 * kg},{kg}")
        lines.append(f"{month},Norway,380110,{2 * kg},{kg}")
    lines += ["2024-04,Norway,250410,200,30", "2024-04,Norway,380110,200,", "2031-01,Norway,250410,1,-1"]
    file = tmp_path / "series.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(file)


def test_the_contract(pactolus: Pactolus, series: str) -> None:
    answer = pactolus(["watch", "score", series, "--format", "csv", "--as-of", "2024-06-01"])
    assert answer.code == 0
    assert answer.out.splitlines()[0] == "period,partner,signal,value,alert"
    fired = [(r["period"], r["partner"], r["signal"], r["value"]) for r in answer.csv if r["alert"] == "yes"]
    assert fired == [
        ("2024-03-01", "China", "export_surge", "2.4"),
        ("2024-04-01", "China", "flow_absent", "1.0"),
    ]
    empty = [r for r in answer.csv if not r["value"]]
    assert empty
    assert {r["alert"] for r in empty} == {""}
    assert answer.err.splitlines()[0] == (
        "codes added up by partner: 250410+380110 (--by-code keeps them apart)"
    )
    assert "data status: 1 future, 1 no_row, 1 no_weight (--detail shows them)" in answer.err
    assert pactolus(["watch", "score", series, "--quiet", "--as-of", "2024-06-01"]).err == ""


def test_codes_apart_thresholds_and_alerts_only(pactolus: Pactolus, series: str) -> None:
    asked = ["watch", "score", series, "--format", "csv", "--as-of", "2024-06-01", "--by-code", "--alerts"]
    answer = pactolus([*asked, "--signals", "volume_anomaly", "--threshold", "volume_anomaly=-1.5"])
    assert answer.out.splitlines()[0] == "period,partner,hs6,signal,value,alert"
    assert [(r["period"], r["partner"], r["hs6"], r["value"]) for r in answer.csv] == [
        ("2024-04-01", "Norway", "250410", "-3.5")
    ]


def test_data_status_stays_visible(pactolus: Pactolus, series: str) -> None:
    rows = pactolus(["watch", "score", series, "--detail", "--format", "csv", "--as-of", "2024-06-01"]).csv
    data = [(r["period"], r["partner"], r["hs6"], r["status"]) for r in rows if r["signal"] == "data"]
    assert data == [
        ("2024-04-01", "China", "250410", "no_row"),
        ("2031-01-01", "Norway", "250410", "future"),
        ("2024-04-01", "Norway", "380110", "no_weight"),
    ]
    first = next(r for r in rows if r["signal"] == "volume_anomaly")
    assert (first["status"], first["history"], first["threshold"]) == ("short_history", "0", "-3.0")


def test_change_points_run_when_asked(pactolus: Pactolus, tmp_path: Path) -> None:
    lines = ["period,partner,hs6,value_usd,quantity_kg"]
    for n in range(30):
        kg = (100 if n < 26 else 20) + 7 * (n % 3)
        lines.append(f"{2022 + n // 12}-{n % 12 + 1:02d},China,250410,{kg},{kg}")
    file = tmp_path / "long.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    answer = pactolus(["watch", "score", str(file), "--signals", "all", "--alerts", "--format", "csv"])
    found = [r for r in answer.csv if r["signal"] == "change_point"]
    assert [r["period"] for r in found] == ["2024-06-01"]
    assert 0.2 < float(found[0]["value"]) < 0.3


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--threshold volume_anomaly", "--threshold: 'volume_anomaly'; write volume_anomaly=-2"),
        ("--threshold surge=2", "unknown signal 'surge'"),
        ("--signals volume", "unknown signal 'volume'"),
        ("--signals notice", "unknown signal 'notice'"),
        ("--as-of today", "--as-of: 'today' is not a date"),
    ],
)
def test_bad_options(pactolus: Pactolus, series: str, words: str, message: str) -> None:
    answer = pactolus(["watch", "score", series, *words.split()])
    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err


def test_bad_files(pactolus: Pactolus, tmp_path: Path) -> None:
    assert "none.csv: cannot be read" in pactolus(["watch", "score", str(tmp_path / "none.csv")]).err
    file = tmp_path / "bad.csv"
    file.write_text("period,partner,hs6,value_usd,quantity_kg\n2023-01,China,25,x,1\n", encoding="utf-8")
    answer = pactolus(["watch", "score", str(file)])
    assert (answer.code, answer.out) == (2, "")
    assert "bad.csv:2:3: hs6: '25'" in answer.err
    assert "bad.csv:2:4: value_usd: 'x'" in answer.err


def test_no_answer(pactolus: Pactolus, tmp_path: Path) -> None:
    file = tmp_path / "short.csv"
    file.write_text("period,partner,hs6,value_usd,quantity_kg\n2023-01,China,250410,1,1\n", encoding="utf-8")
    answer = pactolus(["watch", "score", str(file)])
    assert (answer.code, answer.out) == (3, "")
    assert "no signal has a value: 3 rows short_history, 1 rows no_return" in answer.err
