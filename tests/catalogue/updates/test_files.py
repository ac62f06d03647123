"""A source of one file, against a server that is in order and one that is not."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from pactolus.catalogue.readers import pinksheet
from pactolus.catalogue.updates.download import Loader
from pactolus.catalogue.updates.known import known_on, status_on
from pactolus.catalogue.updates.log import LOG, entries
from pactolus.errors import PactolusError
from pactolus.runs.asking import Patience
from tests.catalogue.builders.test_comtrade_api import Answer
from tests.catalogue.builders.test_pinksheet import PINK
from tests.catalogue.builders.workbook_files import changed

from .publishers import Publishers, cut, pink_bytes

PINK_ID = "pinksheet-monthly"


@pytest.fixture
def pink(publishers: Publishers, tmp_path: Path) -> Publishers:
    publishers.files["/cmo.xlsx"] = pink_bytes(tmp_path)
    return publishers


def files(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file() and p.name != ".lock")


def test_a_file_is_kept_once_and_not_loaded_again(pink: Publishers, tmp_path: Path) -> None:
    home = tmp_path / "live"
    first = pink.update(home, PINK_ID)
    assert [e.status for e in first.entries] == ["new"]
    assert first.failed == ()
    (known,) = known_on(home)
    assert known.file.read_bytes() == pink.files["/cmo.xlsx"]
    assert known.file.name == f"{known.sha256}.xlsx"
    assert (known.day, known.checked, known.licence[:9]) == ("2026-03-10", "2026-03-10", "CC BY 4.0")
    again = pink.update(home, PINK_ID)
    assert [e.status for e in again.entries] == ["unchanged"]
    assert pink.asked()[-1][2]["if-none-match"] == first.entries[0].etag
    assert files(home) == [LOG, f"vintages/{PINK_ID}/{known.sha256}.xlsx"]
    assert (known_on(home)[0].day, known_on(home)[0].checked) == ("2026-03-10", "2026-03-11")


def test_without_an_etag_the_checksum_tells(pink: Publishers, tmp_path: Path) -> None:
    pink.etags = False
    assert pink.update(tmp_path / "live", PINK_ID).entries[0].status == "new"
    assert pink.update(tmp_path / "live", PINK_ID).entries[0].status == "unchanged"
    assert len(list((tmp_path / "live" / "vintages" / PINK_ID).iterdir())) == 1


def test_every_vintage_is_kept_and_known_on_its_days(pink: Publishers, tmp_path: Path) -> None:
    home = tmp_path / "live"
    prices = [511.5, 600.25, 511.5]
    for price in prices:
        pink.files["/cmo.xlsx"] = pink_bytes(tmp_path, price)
        pink.update(home, PINK_ID)
    days = ["2026-03-10", "2026-03-11", "2026-03-12"]
    seen = [pinksheet.prices(known_on(home, day)[0].file)["price"][0] for day in days]
    assert seen == prices
    assert {known_on(home, day)[0].day for day in days} == set(days)
    with pytest.raises(PactolusError, match="nothing was known on 2026-03-09; run 'pactolus data update"):
        known_on(home, "2026-03-09")


def test_a_download_that_breaks_off_is_gone_on_with(pink: Publishers, tmp_path: Path) -> None:
    whole = pink.files["/cmo.xlsx"]
    pink.wrong = [cut(1000), cut(500)]
    done = pink.update(tmp_path / "live", PINK_ID)
    assert [e.status for e in done.entries] == ["new"]
    ranges = [headers.get("range") for _, _, headers in pink.asked()]
    assert ranges == [None, "bytes=1000-", "bytes=1500-"]
    assert known_on(tmp_path / "live")[0].file.read_bytes() == whole
    assert pink.waited[0::2] != []


def test_a_half_of_an_older_edition_is_not_glued_to_a_new_one(pink: Publishers, tmp_path: Path) -> None:
    home = tmp_path / "live"
    pink.wrong = [cut(100)] * 6
    assert pink.update(home, PINK_ID).entries[0].status == "failed"
    assert (home / "partial" / PINK_ID / "download").stat().st_size == 600
    pink.files["/cmo.xlsx"] = pink_bytes(tmp_path, 700.0)
    assert pink.update(home, PINK_ID).entries[0].status == "new"
    assert known_on(home)[0].file.read_bytes() == pink.files["/cmo.xlsx"]


def test_without_marks_or_ranges_it_begins_anew(pink: Publishers, tmp_path: Path) -> None:
    pink.etags = False
    pink.wrong = [cut(1000)]
    assert pink.update(tmp_path / "a", PINK_ID).entries[0].status == "new"
    assert all("range" not in headers for _, _, headers in pink.asked())
    pink.etags, pink.ranges = True, False
    pink.wrong = [cut(1000)]
    assert pink.update(tmp_path / "b", PINK_ID).entries[0].status == "new"
    assert known_on(tmp_path / "b")[0].file.read_bytes() == pink.files["/cmo.xlsx"]


def lied(answer: Answer) -> Answer:
    """A part of the file that begins elsewhere."""
    code, headers, content = answer
    total = headers["Content-Range"].rsplit("/", 1)[1]
    return code, headers | {"Content-Range": f"bytes 0-9/{total}"}, content


def test_a_part_that_begins_elsewhere_is_thrown_away(pink: Publishers, tmp_path: Path) -> None:
    pink.wrong = [cut(1000), lied]
    assert pink.update(tmp_path / "live", PINK_ID).entries[0].status == "new"
    assert known_on(tmp_path / "live")[0].file.read_bytes() == pink.files["/cmo.xlsx"]


def test_a_busy_server_is_waited_for_as_it_says(pink: Publishers, tmp_path: Path) -> None:
    pink.wrong = [(429, {"Retry-After": "7"}, b""), (500, {}, b""), (503, {"Retry-After": "soon"}, b"")]
    assert pink.update(tmp_path / "live", PINK_ID).entries[0].status == "new"
    # Each pause after a failure, then the second between two requests to one host (whose clock stands still).
    assert pink.waited == [7.0, 1.0, 2.0, 1.0, 4.0, 1.0]


HEADER = changed(PINK, (5, 1), "USD per tonne")
MISBEHAVIOUR = [
    ([(500, {}, b"")] * 6, "is busy (500); try again later"),
    ([(429, {"Retry-After": "86400"}, b"")], "is busy (429); try again later"),
    ([(404, {}, b"")], "answers 404; give its address under pinksheet-monthly in sources.yaml"),
    (
        [(302, {"Location": "https://example.org/x"}, b"")],
        "leads to https://example.org/x, which is another host",
    ),
    ([(200, {"Content-Encoding": "gzip"}, b"x")], "answers packed as gzip, which was not asked for"),
    (
        [(200, {"Content-Length": str(2**40)}, b"x")],
        "has 1,099,511,627,776 bytes; at most 268,435,456 are taken",
    ),
    ([cut(10)] * 6, "broke off after 60 of"),
]


@pytest.mark.parametrize(("wrong", "words"), MISBEHAVIOUR)
def test_what_cannot_be_had_keeps_yesterday_and_says_so(
    pink: Publishers, tmp_path: Path, wrong: list[Answer], words: str
) -> None:
    home = tmp_path / "live"
    pink.update(home, PINK_ID)
    (before,) = known_on(home)
    pink.files["/cmo.xlsx"] = pink_bytes(tmp_path, 600.0)
    pink.wrong = list(wrong)
    failed = pink.update(home, PINK_ID)
    assert [e.status for e in failed.entries] == ["kept_yesterday"]
    (status,) = failed.failed
    assert words in status.reason
    assert status.stale_since == "2026-03-11"
    assert status.sentence.startswith(
        "pinksheet-monthly is stale since 2026-03-11, the data received on 2026-03-10 are used: "
    )
    assert replace(known_on(home)[0], stale_since="", reason="") == before
    pink.wrong = []
    assert pink.update(home, PINK_ID).failed == ()
    assert status_on(home, "2026-03-11")[0].stale_since == "2026-03-11"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("html", "the file:"),
        ("half", "it is cut off or no zip"),
        ("header", "unit 'USD per tonne' of 'Aluminum' is not in brackets"),
        ("sheet", "Monthly Prices"),
        ("fewer", "4 rows, yesterday's file has 5; look whether the publisher cut the table (accept: "),
    ],
)
def test_a_changed_layout_is_refused_by_the_reader_of_the_build(
    pink: Publishers, tmp_path: Path, content: str, words: str
) -> None:
    home = tmp_path / "live"
    pink.update(home, PINK_ID)
    made = {
        "html": lambda: b"<html>we are moving</html>",
        "header": lambda: pink_bytes(tmp_path, rows=HEADER),
        "sheet": lambda: pink_bytes(tmp_path, sheet="Prices"),
        "half": lambda: pink_bytes(tmp_path, 99.0)[:1000],
        "fewer": lambda: pink_bytes(tmp_path, rows=changed(PINK, (6, 4), "…")),
    }
    pink.files["/cmo.xlsx"] = made[content]()
    failed = pink.update(home, PINK_ID)
    assert [e.status for e in failed.entries] == ["kept_yesterday"]
    assert words in failed.failed[0].reason
    assert "\n" not in failed.failed[0].reason
    assert known_on(home)[0].day == "2026-03-10"
    (aside,) = (home / "refused" / PINK_ID).iterdir()
    assert aside.read_bytes() == pink.files["/cmo.xlsx"]


def test_a_doubted_file_can_be_accepted(pink: Publishers, tmp_path: Path) -> None:
    home = tmp_path / "live"
    pink.update(home, PINK_ID)
    pink.files["/cmo.xlsx"] = pink_bytes(tmp_path, rows=changed(PINK, (6, 4), "…"))
    reason = pink.update(home, PINK_ID).failed[0].reason
    taken = pink.update(home, PINK_ID, accepted=[reason.split("(accept: ")[1].rstrip(")")])
    assert [e.status for e in taken.entries] == ["new"]
    assert taken.failed == ()


def test_a_slow_server_is_given_up(pink: Publishers, tmp_path: Path) -> None:
    pink.files["/large"] = b"x" * 300_000
    ticks = iter(range(0, 10**9, 1_000))
    loader = Loader(
        Patience(tries=2, wait=pink.waited.append), clock=lambda: float(next(ticks)), slowest=500.0
    )
    with pytest.raises(PactolusError, match=r"is too slow: [\d,]+ bytes in 500 seconds; try again later$"):
        loader.load(f"{pink.address}/large", tmp_path / "a" / "x", largest=10**9)


def test_a_server_that_stops_in_the_middle_is_not_waited_for(pink: Publishers, tmp_path: Path) -> None:
    import socket
    import threading

    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        loader = Loader(Patience(tries=1, longest=0.2, wait=pink.waited.append))
        taken: list[object] = []
        thread = threading.Thread(target=lambda: taken.append(silent.accept()))
        thread.start()
        with pytest.raises(PactolusError, match=r"does not answer \(timed out\); try again later"):
            loader.load(f"http://127.0.0.1:{port}/x", tmp_path / "a" / "x", largest=10)
        thread.join()
        taken[0][0].close()  # type: ignore[index]


def test_more_bytes_than_are_taken(pink: Publishers, tmp_path: Path) -> None:
    loader = Loader(Patience(wait=pink.waited.append))
    with pytest.raises(PactolusError, match="at most 100 are taken"):
        loader.load(f"{pink.address}/cmo.xlsx", tmp_path / "x", largest=100)
    assert list(tmp_path.glob("x*")) == []


def test_a_redirect_on_the_same_host_is_followed(pink: Publishers, tmp_path: Path) -> None:
    pink.wrong = [(302, {"Location": "/cmo.xlsx"}, b"")]
    sources = {PINK_ID: replace(pink.sources()[PINK_ID], address=f"{pink.address}/old.xlsx")}
    assert pink.update(tmp_path / "live", sources=sources).entries[0].status == "new"


PAGE = '<a href="{}">Monthly prices</a> <a href="{}">again</a>'


def test_the_publishers_page_names_the_address(pink: Publishers, tmp_path: Path) -> None:
    source = replace(
        pink.sources()[PINK_ID],
        address="",
        page=f"{pink.address}/page",
        link="/cmo.xlsx",
        hosts=(pink.address.removeprefix("http://"),),
    )
    good = f"{pink.address}/cmo.xlsx"
    pink.files["/page"] = PAGE.format(good, good).encode()
    assert pink.update(tmp_path / "live", sources={PINK_ID: source}).entries[0].address == good
    for page, words in [
        (PAGE.format("/x.xlsx", ""), "names no address that end with /cmo.xlsx on 127.0.0.1"),
        (PAGE.format(good, f"{pink.address}/b/cmo.xlsx"), "names 2 addresses"),
        (PAGE.format("https://example.org/cmo.xlsx", ""), "names 1 addresses"),
    ]:
        pink.files["/page"] = page.encode()
        failed = pink.update(tmp_path / "live", sources={PINK_ID: source})
        assert words in failed.failed[0].reason
        assert failed.entries[0].status == "kept_yesterday"


def test_a_kept_file_that_was_changed_is_loaded_anew(pink: Publishers, tmp_path: Path) -> None:
    home = tmp_path / "live"
    pink.update(home, PINK_ID)
    (known,) = known_on(home)
    known.file.chmod(0o644)
    known.file.write_bytes(b"spoilt")
    with pytest.raises(PactolusError, match="was changed after it was kept; restore it, or update anew"):
        known_on(home)
    assert pink.update(home, PINK_ID).entries[0].status == "new"
    assert known_on(home)[0].file.read_bytes() == pink.files["/cmo.xlsx"]


def test_the_record_beside_a_half_file_may_be_spoilt(pink: Publishers, tmp_path: Path) -> None:
    home = tmp_path / "live"
    pink.wrong = [cut(100)] * 6
    pink.update(home, PINK_ID)
    record = home / "partial" / PINK_ID / "download.json"
    assert json.loads(record.read_text())["address"].endswith("/cmo.xlsx")
    record.write_text("{")
    pink.wrong = []
    assert pink.update(home, PINK_ID).entries[0].status == "new"
    assert len(entries(home)) == 2
