"""A whole question fetched into a folder: a file a reporter and year, and gone on with after a stop."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from pactolus.catalogue.readers import comtrade
from pactolus.catalogue.readers.comtrade_api import KEY, Question
from pactolus.catalogue.readers.comtrade_fetch import codes_of_minerals, fetch_all, pieces
from pactolus.cli.main import run
from pactolus.errors import InputError, NoAnswerError, PactolusError

from .test_comtrade_api import Answer, Api, good, read

TWO = Question(reporters=("KOR", "JPN"), partners=("CHN",), codes=("250410",), periods=("2022", "2023"))


@pytest.fixture
def api() -> Iterator[Api]:
    started = Api()
    yield started
    started.close()


def fetched(api: Api, folder: Path, question: Question = TWO) -> tuple[int, int]:
    found = fetch_all(question, folder, key="secret-of-mine", address=api.address, wait=api.waited.append)
    return len(found.asked), len(found.there)


def test_a_file_a_reporter_and_year_that_a_build_reads(api: Api, tmp_path: Path) -> None:
    assert fetched(api, tmp_path) == (4, 0)
    files = sorted(tmp_path.iterdir())
    assert [file.name.rsplit("-", 1)[0] for file in files] == [
        f"comtrade-{who}-{year}-annual" for who in ("JPN", "KOR") for year in (2022, 2023)
    ]
    tables, findings = read(comtrade, files[0])
    assert findings.message() == ""
    assert set(tables["trade_reported"]["reporter"]) == {"JPN"}


def test_what_is_there_is_not_asked_again(api: Api, tmp_path: Path) -> None:
    fetched(api, tmp_path)
    before = len(api.asked)
    assert fetched(api, tmp_path) == (0, 4)
    assert len(api.asked) == before
    spoilt = sorted(tmp_path.iterdir())[0]
    spoilt.write_text(spoilt.read_text()[:50])
    assert fetched(api, tmp_path) == (1, 3)
    other = Question(**{**vars(TWO), "codes": ("250490",)})
    assert fetched(api, tmp_path, other) == (4, 0)
    assert len(list(tmp_path.iterdir())) == 8


def test_a_stop_in_the_middle_keeps_what_was_fetched(api: Api, tmp_path: Path) -> None:
    ok = api.answers
    calls = 0

    def then_refuses(path: str, asked: dict[str, list[str]], headers: dict[str, str]) -> Answer:
        nonlocal calls
        calls += 1
        return ok(path, asked, headers) if calls <= 2 else (401, {}, b'{"message": "wrong key"}')

    api.answers = then_refuses
    with pytest.raises(InputError, match=r"refuses the key \(401: wrong key\)"):
        fetched(api, tmp_path)
    assert len(list(tmp_path.glob("comtrade-*.json"))) == 2
    api.answers = ok
    assert fetched(api, tmp_path) == (2, 2)


def test_a_cut_answer_leaves_no_file(api: Api, tmp_path: Path) -> None:
    api.answers = lambda *_: (200, {}, b'{"data": [{"a"')
    with pytest.raises(PactolusError, match="answers something that is no JSON"):
        fetched(api, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_years_without_a_row_are_said_and_the_others_kept(api: Api, tmp_path: Path) -> None:
    ok = api.answers
    api.answers = lambda p, a, h: good([]) if a["period"] == ["2023"] else ok(p, a, h)
    found = fetch_all(TWO, tmp_path, key="k", address=api.address, wait=api.waited.append)
    assert len(found.asked) == 2
    assert len(found.empty) == 2
    api.answers = lambda *_: good([])
    with pytest.raises(NoAnswerError, match="UN Comtrade has no row"):
        fetch_all(
            Question(**{**vars(TWO), "periods": ("2021",)}), tmp_path / "none", key="k", address=api.address
        )


def test_codes_are_those_of_the_editions_that_may_be_reported() -> None:
    now = codes_of_minerals(["cobalt"], [2023])
    assert {"260500", "810520", "282200"} <= set(now)
    assert "810510" not in now
    assert "810510" in codes_of_minerals(["cobalt"], [1997])


def test_months_of_a_year_share_a_file(tmp_path: Path) -> None:
    months = tuple(f"2023{m:02d}" for m in range(1, 13))
    (one,) = pieces(
        Question(**{**vars(TWO), "reporters": ("KOR",), "periods": months}), tmp_path, with_key=True
    )
    assert "KOR-2023-monthly" in one.file.name
    assert one.requests == 1


def test_the_command_end_to_end(
    api: Api, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY, "secret-of-mine")
    words = ["data", "fetch", "comtrade", "--out", str(tmp_path / "rows"), "--reporters", "KOR", "--partners"]
    words += ["CHN", "--codes", "250410", "--periods", "2023-11..2023-12", "--address", api.address]
    assert run([*words, "--dry-run"]) == 0
    assert api.asked == []
    assert not (tmp_path / "rows").exists()
    capsys.readouterr()
    assert run(words) == 0
    said = capsys.readouterr()
    assert "1 files fetched, 0 were there; read them with: data build --comtrade" in said.err
    assert "secret-of-mine" not in said.err + said.out
    (file,) = (tmp_path / "rows").iterdir()
    assert json.loads(file.read_text())["question"]["periods"] == ["202311", "202312"]


def test_every_fault_of_the_command_is_said_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [
        "data",
        "fetch",
        "comtrade",
        "--out",
        str(tmp_path),
        "--reporters",
        "JPX",
        "--periods",
        "2023-2022",
    ]
    assert run(words) == 2
    text = capsys.readouterr().err
    assert "unknown country or region 'JPX'; did you mean 'JPN'?" in text
    assert "'2023-2022' ends before it begins" in text
    assert "--minerals and --codes: give one of them" in text
