"""Fetching from UN Comtrade, against a server in this process that answers as the API does."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from pactolus.catalogue.readers import comtrade, comtrade_api
from pactolus.catalogue.readers.comtrade_api import KEY, Question, fetch, questions
from pactolus.errors import InputError, NoAnswerError, OptionError, OutputError, PactolusError
from tests.catalogue.builders.test_comtrade import row
from tests.catalogue.builders.workbook_files import read
from tests.test_no_sockets import watched

Answer = tuple[int, dict[str, str], bytes]
Answers = Callable[[str, dict[str, list[str]], dict[str, str]], Answer]

FLAKE = Question(reporters=("KOR", "Japan"), partners=("CHN",), codes=("250410",), periods=("2022", "2023"))


def good(rows: list[dict[str, object]]) -> Answer:
    """An answer with rows."""
    return 200, {}, json.dumps({"count": len(rows), "data": rows, "error": ""}).encode()


def every(path: str, asked: dict[str, list[str]], headers: dict[str, str]) -> Answer:
    """One row for each reporter, partner, code, flow and period that is asked for."""
    return good(
        [
            row(
                reporterCode=int(r), partnerCode=int(p), cmdCode=c, flowCode=f, period=t,
                refYear=int(t[:4]), freqCode="M" if len(t) == 6 else "A",
            )
            for r in asked["reporterCode"][0].split(",")
            for p in asked.get("partnerCode", ["156,392"])[0].split(",")
            for c in asked["cmdCode"][0].split(",")
            for f in asked["flowCode"][0].split(",")
            for t in asked["period"][0].split(",")
        ]
    )  # fmt: skip


class Api:
    """A server and what it was asked."""

    def __init__(self) -> None:
        self.answers: Answers = every
        self.asked: list[tuple[str, dict[str, list[str]], dict[str, str]]] = []
        self.waited: list[float] = []
        api = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                question = (
                    parts.path,
                    parse_qs(parts.query),
                    {k.casefold(): v for k, v in self.headers.items()},
                )
                api.asked.append(question)
                code, headers, content = api.answers(*question)
                self.send_response(code)
                for name, value in headers.items():
                    self.send_header(name, value)
                if "Content-Length" not in headers:  # an answer that says more than it holds is cut
                    self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def fetch(self, out: Path, question: Question = FLAKE, key: str = "secret-of-mine") -> Path:
        """Fetch from this server, noting how long is waited instead of waiting."""
        return fetch(question, out, key=key, address=self.address, wait=self.waited.append)

    def then(self, *answers: Answer) -> None:
        """Give these answers in turn, then good ones."""
        left = list(answers)

        def next_one(path: str, asked: dict[str, list[str]], headers: dict[str, str]) -> Answer:
            return left.pop(0) if left else every(path, asked, headers)

        self.answers = next_one

    def close(self) -> None:
        """Stop."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def api() -> Iterator[Api]:
    """A server for one test."""
    started = Api()
    yield started
    started.close()


def test_what_is_fetched_is_read_offline(api: Api, tmp_path: Path) -> None:
    file = api.fetch(tmp_path / "flake.json")
    api.close()
    tables, findings = read(comtrade, file)
    assert findings.message() == ""
    table = tables["trade_reported"].sort("reporter", "flow", "year")
    assert table.select("reporter", "partner", "flow", "year").rows()[:3] == [
        ("JPN", "CHN", "export", 2022),
        ("JPN", "CHN", "export", 2023),
        ("JPN", "CHN", "import", 2022),
    ]
    assert table.height == 8
    assert comtrade.edition(file).edition.startswith("as answered on 20")


def test_what_is_asked(api: Api, tmp_path: Path) -> None:
    api.fetch(tmp_path / "flake.json")
    path, asked, headers = api.asked[0]
    assert path == "/data/v1/get/C/A/HS"
    assert asked == {
        "reporterCode": ["410"],
        "partnerCode": ["156"],
        "period": ["2022,2023"],
        "cmdCode": ["250410"],
        "flowCode": ["M,X"],
        "partner2Code": ["0"],
        "customsCode": ["C00"],
        "motCode": ["0"],
        "includeDesc": ["true"],
    }
    assert headers["ocp-apim-subscription-key"] == "secret-of-mine"
    assert [q[1]["reporterCode"] for q in api.asked] == [["410"], ["392"]]
    assert api.waited == [1.0]


def test_the_key_stands_in_no_address_file_or_message(api: Api, tmp_path: Path) -> None:
    file = api.fetch(tmp_path / "flake.json")
    assert "secret-of-mine" not in file.read_text(encoding="utf-8")
    assert all("secret-of-mine" not in str(asked) + path for path, asked, _ in api.asked)
    api.then((401, {}, b'{"statusCode": 401, "message": "Access denied due to invalid subscription key."}'))
    with pytest.raises(InputError) as caught:
        api.fetch(tmp_path / "again.json")
    assert str(caught.value) == (
        f"{api.address}: refuses the key (401: Access denied due to invalid subscription key.); check "
        f"{KEY}; a key is had at https://comtradedeveloper.un.org"
    )


def test_the_key_comes_from_the_environment(
    api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY, " from-the-environment\n")
    fetch(FLAKE, tmp_path / "a.json", address=api.address, wait=api.waited.append)
    assert api.asked[0][2]["ocp-apim-subscription-key"] == "from-the-environment"


def test_without_a_key_the_preview_is_asked_period_by_period(
    api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(KEY, raising=False)
    fetch(FLAKE, tmp_path / "a.json", address=api.address, wait=api.waited.append)
    assert {path for path, _, _ in api.asked} == {"/public/v1/preview/C/A/HS"}
    assert [a["period"] for _, a, _ in api.asked] == [["2022"], ["2023"], ["2022"], ["2023"]]
    assert all("ocp-apim-subscription-key" not in headers for _, _, headers in api.asked)


def test_months(api: Api, tmp_path: Path) -> None:
    question = Question(reporters=("JPN",), codes=("250410",), periods=("202311", "202312"), flows=("M",))
    file = api.fetch(tmp_path / "m.json", question)
    assert api.asked[0][0] == "/data/v1/get/C/M/HS"
    assert read(comtrade, file)[0]["trade_reported"]["month"].unique().sort().to_list() == [11, 12]


def test_long_questions_are_asked_in_pieces() -> None:
    codes = tuple(f"25{n:04d}" for n in range(120))
    months = tuple(f"2023{m:02d}" for m in range(1, 13)) + tuple(f"2024{m:02d}" for m in range(1, 13))
    long = Question(reporters=("KOR", "JPN"), codes=codes, periods=months)
    pieces = list(questions(long, with_key=True))
    assert len(pieces) == 2 * 2 * 3
    assert {c for p in pieces for c in p.codes} == set(codes)
    assert len(list(questions(long, with_key=False))) == 2 * 24 * 3


def test_an_answer_that_is_cut_is_asked_again_in_halves(api: Api, tmp_path: Path) -> None:
    question = Question(
        reporters=("KOR",),
        partners=("CHN",),
        codes=tuple(f"2504{n:02d}" for n in range(4)),
        periods=("2023",),
    )

    def cut(path: str, asked: dict[str, list[str]], headers: dict[str, str]) -> Answer:
        many = len(asked["cmdCode"][0].split(","))
        return (
            good([row(cmdCode=f"99{n:04d}") for n in range(500)]) if many > 1 else every(path, asked, headers)
        )

    api.answers = cut
    file = api.fetch(tmp_path / "a.json", question, key="")
    assert [len(a["cmdCode"][0].split(",")) for _, a, _ in api.asked] == [4, 2, 1, 1, 2, 1, 1]
    assert read(comtrade, file)[0]["trade_reported"].height == 8
    api.answers = lambda *_: good([row(cmdCode=f"99{n:04d}") for n in range(500)])
    single = Question(reporters=("KOR",), codes=("250410",), periods=("2023",), flows=("M",))
    with pytest.raises(PactolusError) as caught:
        api.fetch(tmp_path / "b.json", single, key="")
    assert str(caught.value) == (
        "KOR 2023 250410 M: the answer has 500 rows and is cut; ask for fewer partners, or set "
        f"{KEY} (a key is had at https://comtradedeveloper.un.org)"
    )


def test_a_busy_server_is_waited_for_as_it_says(api: Api, tmp_path: Path) -> None:
    api.then(
        (429, {"Retry-After": "7"}, b""),
        (429, {}, b'{"message": "Rate limit is exceeded. Try again in 9 seconds."}'),
        (503, {}, b"busy"),
    )
    single = Question(reporters=("KOR",), codes=("250410",), periods=("2023",))
    api.fetch(tmp_path / "a.json", single)
    assert api.waited == [7.0, 9.0, 4.0]


def test_it_gives_up_after_some_tries_and_leaves_nothing(api: Api, tmp_path: Path) -> None:
    api.answers = lambda *_: (503, {}, b"")
    with pytest.raises(PactolusError, match=r"is busy \(503\); try again later$"):
        api.fetch(tmp_path / "a.json")
    assert api.waited == [1.0, 2.0, 4.0, 8.0, 16.0]
    api.then((429, {"Retry-After": "86400"}, b""))
    with pytest.raises(PactolusError, match=r"is busy \(429\); try again later$"):
        api.fetch(tmp_path / "a.json")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (
            (403, {}, b'{"message": "Out of call volume quota."}'),
            InputError,
            "quota.); wait until it is renewed",
        ),
        (
            (400, {}, b'{"error": "Invalid period"}'),
            InputError,
            "does not take the question (400: Invalid period)",
        ),
        ((302, {"Location": "http://127.0.0.1:9/"}, b""), PactolusError, "answers 302; try again later"),
        ((200, {}, b"<html>"), PactolusError, "answers something that is no JSON; try again later"),
        ((200, {}, b'{"data": 3}'), PactolusError, "answers without a list 'data'; try again later"),
        (
            (200, {}, b'{"data": [], "error": "bad"}'),
            InputError,
            "KOR 2022 to 2023 250410 M+X: UN Comtrade says: bad",
        ),
    ],
)
def test_an_answer_that_cannot_be_used(
    api: Api, tmp_path: Path, answer: Answer, kind: type[Exception], words: str
) -> None:
    api.answers = lambda *_: answer
    with pytest.raises(kind) as caught:
        api.fetch(tmp_path / "a.json")
    assert words in str(caught.value)
    assert list(tmp_path.iterdir()) == []
    assert len(api.asked) == 1


def test_no_row_is_no_answer(api: Api, tmp_path: Path) -> None:
    api.answers = lambda *_: good([])
    with pytest.raises(NoAnswerError, match=r"^KOR\+Japan 2022 to 2023 250410 M\+X: UN Comtrade has no row"):
        api.fetch(tmp_path / "a.json")


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    waited: list[float] = []
    with pytest.raises(PactolusError, match=r"^http://127.0.0.1:9: does not answer \(.+\); try again later$"):
        fetch(FLAKE, tmp_path / "a.json", key="k", address="http://127.0.0.1:9", wait=waited.append)
    assert len(waited) == 5


def test_every_fault_of_a_question_is_told_before_anything_is_asked(api: Api, tmp_path: Path) -> None:
    wrong = Question(
        reporters=("Koera",),
        partners=("ZZZ",),
        codes=("2504",),
        periods=("2023", "202313", "202301"),
        flows=("RX",),
    )
    with pytest.raises(InputError) as caught:
        api.fetch(tmp_path / "a.json", wrong)
    assert str(caught.value).splitlines() == [
        "unknown country or region 'Koera'; did you mean 'Korea' or 'Kenya'?",
        "unknown country or region 'ZZZ'; give an ISO code such as KOR",
        "code '2504' has not six digits",
        "flow 'RX' is neither M nor X",
        "period '202313' is no year (2023) and no month (202301)",
        "periods: years and months cannot be asked for together; ask twice",
    ]
    with pytest.raises(InputError, match=r"^codes: none is given$"):
        api.fetch(tmp_path / "a.json", Question(reporters=("KOR",), codes=(), periods=("2023",)))
    assert api.asked == []


def test_a_place_that_cannot_be_written_is_told_before_anything_is_asked(api: Api, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(OutputError, match="choose another place with --out"):
        api.fetch(tmp_path / "file" / "a.json")
    assert api.asked == []


@pytest.mark.parametrize("address", ["http://example.org", "ftp://example.org", "example.org", ""])
def test_a_key_is_sent_over_https_only(tmp_path: Path, address: str) -> None:
    with pytest.raises(OptionError, match="give one that begins with https://"):
        fetch(FLAKE, tmp_path / "a.json", key="k", address=address)


def test_a_key_with_a_blank_inside_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=f"^{KEY}: holds blanks or letters that no key has"):
        fetch(FLAKE, tmp_path / "a.json", key="two words")


def test_the_published_address() -> None:
    assert comtrade_api.ADDRESS == "https://comtradeapi.un.org"


def test_a_build_reads_what_was_fetched_and_opens_no_socket(api: Api, tmp_path: Path) -> None:
    file = api.fetch(tmp_path / "flake.json")
    words = (
        "data",
        "build",
        "--check",
        "--quiet",
        "--only",
        "--comtrade",
        str(file),
        "--out",
        str(tmp_path / "w"),
    )
    done = watched(*words)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "nothing was mended, nothing is doubted\n"
