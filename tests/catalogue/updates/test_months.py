"""UN Comtrade month by month: what is asked, what is asked again, and what a failure leaves."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pactolus.catalogue.build.plan import Asked
from pactolus.catalogue.readers import comtrade
from pactolus.catalogue.updates.build import with_updates
from pactolus.catalogue.updates.known import known_on, state_of, status_on
from pactolus.catalogue.updates.log import entries
from pactolus.catalogue.updates.months import batches, last_months
from pactolus.catalogue.updates.plan import plan
from pactolus.catalogue.updates.sources import BUILT_IN, Months, Source
from tests.catalogue.builders.test_comtrade_api import Answer, good
from tests.catalogue.builders.workbook_files import read

from .publishers import Publishers, cut

TRADE = "comtrade-monthly"
MONTHS = ("202512", "202601", "202602")
PREVIEW = "/public/v1/preview"


@pytest.fixture
def trade(publishers: Publishers) -> Publishers:
    publishers.releases = dict.fromkeys(MONTHS, "a")
    return publishers


def parts(folder: Path, day: str | None = None) -> list[str]:
    return [known.part for known in known_on(folder, day)]


def asked_months(publishers: Publishers, door: str = PREVIEW) -> list[str]:
    return [asked["period"][0] for _, asked, _ in publishers.asked(door)]


def test_a_file_a_reporter_and_month_that_a_build_reads(trade: Publishers, tmp_path: Path) -> None:
    done = trade.update(tmp_path / "live", TRADE)
    assert done.failed == ()
    assert parts(tmp_path / "live") == [f"{who}-{month}" for who in ("JPN", "KOR") for month in MONTHS]
    file = known_on(tmp_path / "live")[0].file
    tables, findings = read(comtrade, file)
    assert findings.message() == ""
    table = tables["trade_reported"]
    assert set(table.select("reporter", "flow", "year", "month").rows()) == {("JPN", "import", 2025, 12)}
    assert set(table["partner"]) == {"CHN", "CHL"}
    assert comtrade.edition(file).edition == "as answered on 2026-03-10T06:00:00Z"
    told = with_updates(Asked(out=tmp_path, files={}, accessed=""), tmp_path / "live").told
    assert {(t["edition"], t["accessed"]) for t in told.values()} == {
        ("as answered on 2026-03-10", "2026-03-10")
    }
    # One question of releases a reporter, then one a reporter and month: the preview takes one period.
    assert done.requests == len(trade.asked()) == 2 + 2 * 3
    assert trade.waited == [1.0] * 7


def test_with_a_key_months_share_a_question(trade: Publishers, tmp_path: Path) -> None:
    trade.update(tmp_path / "live", TRADE, key="secret-of-mine")
    assert asked_months(trade, "/data/v1/get") == [",".join(MONTHS)] * 2
    assert len(parts(tmp_path / "live")) == 6
    for file in (tmp_path / "live").rglob("*"):
        assert not file.is_file() or b"secret-of-mine" not in file.read_bytes()


def test_only_what_was_released_anew_is_asked_again(trade: Publishers, tmp_path: Path) -> None:
    home = tmp_path / "live"
    trade.update(home, TRADE)
    before = len(trade.asked(PREVIEW))
    again = trade.update(home, TRADE)
    assert [(e.part, e.status) for e in again.entries] == [("", "unchanged")]
    assert again.requests == 2
    assert len(trade.asked(PREVIEW)) == before
    assert trade.releases is not None
    trade.releases["202512"] = "b"
    trade.values["202512"] = 2000.0
    revised = trade.update(home, TRADE)
    assert [(e.part, e.status) for e in revised.entries] == [
        ("KOR-202512", "new"),
        ("JPN-202512", "new"),
        ("", "new"),
    ]
    assert asked_months(trade)[before:] == ["202512"] * 2
    values = [
        read(comtrade, known_on(home, day)[0].file)[0]["trade_reported"]["value_usd"][0]
        for day in ("2026-03-10", "2026-03-11", "2026-03-12")
    ]
    assert values == [1000, 1000, 2000]


def test_rows_in_another_order_are_the_same_facts(trade: Publishers, tmp_path: Path) -> None:
    home = tmp_path / "live"
    trade.update(home, TRADE)
    trade.partners.reverse()
    trade.releases = dict.fromkeys(MONTHS, "b")
    again = trade.update(home, TRADE)
    assert [e.status for e in again.entries] == ["unchanged"] * 7
    assert len(list((home / "vintages" / TRADE).iterdir())) == 6


def test_without_a_list_of_releases_the_last_months_are_asked_again(
    trade: Publishers, tmp_path: Path
) -> None:
    home = tmp_path / "live"
    trade.update(home, TRADE)
    before = len(trade.asked(PREVIEW))
    trade.releases = None
    again = trade.update(home, TRADE)
    assert again.failed == ()
    assert sorted(asked_months(trade)[before:]) == ["202601"] * 2 + ["202602"] * 2
    (note,) = again.notes
    assert (
        "what was released is not known (releases of KOR 202512 to 202602: UN Comtrade answers a row" in note
    )
    assert note.endswith("its layout has changed); the last 2 months are asked for again")


def test_a_month_that_is_not_released_is_not_asked_for(trade: Publishers, tmp_path: Path) -> None:
    trade.releases = dict.fromkeys(MONTHS[:2], "a")
    done = trade.update(tmp_path / "live", TRADE)
    assert done.failed == ()
    assert set(asked_months(trade)) == set(MONTHS[:2])
    trade.releases["202602"] = "a"
    trade.update(tmp_path / "live", TRADE)
    assert len(parts(tmp_path / "live")) == 6


def test_another_mineral_is_another_question(trade: Publishers, tmp_path: Path) -> None:
    home = tmp_path / "live"
    trade.update(home, TRADE)
    sources = trade.sources(TRADE)
    months = sources[TRADE].months
    assert months is not None
    more = {TRADE: replace(sources[TRADE], months=replace(months, minerals="natural-graphite,cobalt"))}
    assert {e.status for e in trade.update(home, sources=more).entries} == {"new"}
    # Fewer minerals have fewer rows, and that is no loss.
    fewer = trade.update(home, TRADE)
    assert {e.status for e in fewer.entries} == {"new"}
    assert fewer.failed == ()


def test_a_stop_in_the_middle_is_gone_on_with(trade: Publishers, tmp_path: Path) -> None:
    home = tmp_path / "live"

    def fine(answer: Answer) -> Answer:
        return answer

    trade.wrong = [fine] * 4 + [(500, {}, b"")] * 6
    failed = trade.update(home, TRADE)
    assert parts(home) == ["KOR-202512", "KOR-202601"]
    (status,) = failed.failed
    assert status.reason.endswith("is busy (500); try again later")
    assert failed.entries[-1].status == "kept_yesterday"
    before = len(trade.asked(PREVIEW))
    assert trade.update(home, TRADE).failed == ()
    assert len(trade.asked(PREVIEW)) - before == 4
    assert status_on(home, "2026-03-10")[0].stale_since == "2026-03-10"


def no_rows(_: Answer) -> Answer:
    return good([])


def another_header(answer: Answer) -> Answer:
    code, headers, content = answer
    return code, headers, content.replace(b'"netWgt"', b'"netWeight"')


def another_period(answer: Answer) -> Answer:
    code, headers, content = answer
    return code, headers, content.replace(b'"202512"', b'"202511"')


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (no_rows, "KOR-202512: UN Comtrade has no row of it any more"),
        (another_header, "KOR-202512: record 1: no column 'netWgt'"),
        (another_period, "rows of period 202511, which was not asked for; its layout has changed"),
    ],
)
def test_a_month_that_is_not_what_it_was_keeps_yesterdays(
    trade: Publishers, tmp_path: Path, wrong: object, words: str
) -> None:
    home = tmp_path / "live"
    trade.update(home, TRADE)
    before = known_on(home)
    trade.releases = dict.fromkeys(MONTHS, "a") | {"202512": "b"}
    trade.values["202512"] = 2000.0
    trade.wrong = [lambda a: a, lambda a: a, wrong]  # type: ignore[list-item]
    failed = trade.update(home, TRADE)
    assert words in failed.failed[0].reason
    assert failed.failed[0].stale == 1
    after = known_on(home)
    assert [k.sha256 for k in after if k.part != "JPN-202512"] == [
        k.sha256 for k in before if k.part != "JPN-202512"
    ]
    assert trade.update(home, TRADE).failed == ()
    assert [k.day for k in known_on(home)] == ["2026-03-11", "2026-03-10", "2026-03-10", "2026-03-12"] + [
        "2026-03-10"
    ] * 2


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ([(401, {}, b'{"message": "wrong key"}')], "refuses the key (401: wrong key)"),
        ([(429, {"Retry-After": "86400"}, b"")] * 2, "is busy (429); try again later"),
        (
            [lambda a: a, lambda a: a, (200, {}, '{"data": "값"}'.encode("cp949"))],
            "answers something that is no JSON",
        ),
        ([lambda a: a, lambda a: a, *[cut(20)] * 6], "try again later"),
    ],
)
def test_a_server_that_fails_ends_the_source_alone(
    trade: Publishers, tmp_path: Path, wrong: list[Answer], words: str
) -> None:
    trade.wrong = list(wrong)
    failed = trade.update(tmp_path / "live", TRADE, key="k")
    assert [e.status for e in failed.entries] == ["failed"]
    assert words in failed.failed[0].sentence
    assert "there are no data of it" in failed.failed[0].sentence
    assert "\n" not in failed.failed[0].sentence


def test_last_months() -> None:
    assert last_months(date(2026, 1, 31), 2) == ("202511", "202512")
    assert len(last_months(date(2026, 12, 1), 24)) == 24


def test_a_stale_month_is_asked_again_after_it_has_left_the_window(trade: Publishers, tmp_path: Path) -> None:
    home = tmp_path / "live"
    trade.update(home, TRADE)
    trade.releases = dict.fromkeys(MONTHS, "b")
    trade.wrong = [lambda a: a, lambda a: a, no_rows]
    trade.update(home, TRADE)
    source = trade.sources(TRADE)[TRADE]
    due = batches(source, state_of(entries(home)), date(2027, 1, 1), {}, with_key=False)
    assert [(b.reporter, b.months) for b in due] == [("KOR", ("202512",))]


def test_the_plan_of_two_members_all_codes_and_two_years(tmp_path: Path) -> None:
    source: Source = BUILT_IN[TRADE]
    assert source.months == Months(reporters=("KOR", "JPN"), months=24, revised=12)
    rows = {
        with_key: plan(tmp_path, [source], date(2026, 3, 10), with_key=with_key).row(0, named=True)
        for with_key in (False, True)
    }
    assert rows[False]["asked"] == "48 months of KOR, JPN, 138 codes"
    # Two questions of releases a reporter; three of fifty codes a month, or twelve months with a key.
    assert rows[False]["requests"] == 2 * 2 + 2 * 24 * 3
    assert rows[True]["requests"] == 2 * 2 + 2 * 2 * 3
    assert rows[False]["seconds"] == rows[False]["requests"] - 1
