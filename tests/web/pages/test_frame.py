"""What all pages of the desk have in common: state in the address, ways back, pictures, tables, messages."""

from __future__ import annotations

import csv
import io
import re

import pytest
from starlette.testclient import TestClient

from pactolus.web.pages.book import PAGES
from pactolus.web.pages.scene import LANGS
from pactolus.wording.phrases import phrase
from tests.web.pages.read import read

OPEN = "/en/overview"


def test_the_desk_opens_in_the_readers_language(desk: TestClient) -> None:
    for said, lang in (("ko-KR,ko;q=0.9", "ko"), ("ja", "ja"), ("fr", "en")):
        answer = desk.get("/", headers={"accept-language": said}, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (307, f"/{lang}/overview")


@pytest.mark.parametrize("lang", LANGS)
def test_every_page_is_there_in_every_language(desk: TestClient, lang: str) -> None:
    for name in PAGES:
        answer = desk.get(f"/{lang}/{name}")
        page = read(answer.text)
        assert answer.status_code == 200, (name, page.text)
        assert page.lang == lang
        assert page.inline == [], f"{name}: the policy of the page forbids what is written into it"
        assert phrase(lang, f"desk.page.{name}.nav") in page.text
        for other in LANGS:
            assert any(link.startswith(f"/{other}/{name}") for link in page.links)


def test_a_page_asks_no_other_host(desk: TestClient) -> None:
    answer = desk.get(OPEN)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "script-src 'self';" in answer.headers["content-security-policy"]
    sources = re.findall(r'(?:src|href|hx-get|data-src|data-land)="([^"]+)"', answer.text)
    assert sources
    assert all(one.startswith(("/", "#")) for one in sources)


def test_three_languages_print_the_same_numbers(desk: TestClient) -> None:
    found = {lang: read(desk.get(f"/{lang}/overview").text).numbers for lang in LANGS}
    ids = {lang: sorted(identity for identity, _, _ in numbers) for lang, numbers in found.items()}
    assert ids["en"] == ids["ko"] == ids["ja"]
    assert len(ids["en"]) > 100
    digits = {
        lang: sorted((i, re.sub(r"[^\d.,+−-]", "", text)) for i, text, _ in numbers)
        for lang, numbers in found.items()
    }
    assert digits["en"] == digits["ko"] == digits["ja"]


def test_members_stand_in_the_readers_order(desk: TestClient) -> None:
    said = {
        lang: re.findall(r"</svg>([^<]+)</span>", desk.get(f"/{lang}/overview").text)[:2] for lang in LANGS
    }
    assert said == {"en": ["Korea", "Japan"], "ko": ["한국", "일본"], "ja": ["日本", "韓国"]}
    typed = re.findall(r"</svg>([^<]+)</span>", desk.get("/en/overview?members=JPN,KOR").text)[:2]
    assert typed == ["Japan", "Korea"]


def test_every_number_of_a_page_has_a_way_back(desk: TestClient) -> None:
    page = read(desk.get(OPEN).text)
    seen: set[str] = set()
    for identity, _, address in page.numbers[:: max(1, len(page.numbers) // 12)]:
        if identity in seen:
            continue
        seen.add(identity)
        part = desk.get(address, params={"fragment": "1"})
        assert part.status_code == 200
        assert identity in part.text
        whole = desk.get(address)
        assert read(whole.text).lang == "en"
        assert identity in whole.text
    assert len(seen) >= 8


def test_the_way_back_ends_in_rows_of_the_source(desk: TestClient) -> None:
    page = read(desk.get(OPEN).text)
    _, text, address = next(one for one in page.numbers if "/bars/" in one[2] and "%" in one[1])
    found = desk.get(address, params={"fragment": "1"}).text
    assert text in found
    for word in ("exporter", "value_usd", "CEPII", "trade"):
        assert word in found
    assert phrase("en", "render.trace.before") in found


def test_every_chart_can_be_drawn_and_taken_away(desk: TestClient) -> None:
    page = read(desk.get(OPEN).text)
    assert len(page.charts) >= 3
    for address in page.charts:
        for width in (340, 731, 1400):
            layout = desk.get(address, params={"width": width}).json()
            assert layout["width"] == width // 20 * 20
            assert layout["height"] > 50
            assert layout["option"]["series"] or layout["option"]["graphic"]
        still = desk.get(address.replace(".json", ".svg"))
        assert still.headers["content-type"].startswith("image/svg+xml")
        assert "<text" in still.text


def test_a_table_is_taken_away_with_every_digit(desk: TestClient) -> None:
    page = read(desk.get(OPEN).text)
    address = next(link for link in page.links if link.endswith("/exposure/table/shared.csv"))
    answer = desk.get(address)
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert len({len(row) for row in rows}) == 1
    assert len(rows) > 5
    numbers = [cell for row in rows[1:] for cell in row if re.fullmatch(r"0\.\d+", cell)]
    assert max(map(len, numbers), default=0) > 12, "full precision, not what is printed"


def test_the_address_holds_the_question(desk: TestClient) -> None:
    page = read(desk.get("/en/overview?year=2021&members=JPN,KOR").text)
    assert any(link.startswith("/ko/overview?") and "year=2021" in link for link in page.links)
    assert all("year=2021" in address for _, _, address in page.numbers)
    assert "Figures of 2021" in page.text


def test_a_page_that_did_not_change_is_not_sent_again(desk: TestClient) -> None:
    first = desk.get(OPEN)
    again = desk.get(OPEN, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["content-security-policy"] == first.headers["content-security-policy"]


def test_files_are_named_by_their_content(desk: TestClient) -> None:
    page = desk.get("/ko/overview").text
    fonts = re.search(r"/assets/fonts-ko\.css\?v=[0-9a-f]{12}", page)
    assert fonts
    sheet = desk.get(fonts[0])
    assert "immutable" in sheet.headers["cache-control"]
    files = re.findall(r'url\("([^"]+woff2[^"]*)"\)', sheet.text)
    assert len(files) == 2
    for file in files:
        found = desk.get(file)
        assert found.headers["content-type"] == "font/woff2"
        assert found.content[:4] == b"wOF2"


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/en/overwiew", 404, "did you mean 'overview'"),
        ("/en/overview?yeer=2023", 422, "yeer: not known here; did you mean 'year'"),
        ("/en/overview?year=abc", 422, "year: "),
        ("/en/overview?members=KOR", 422, "two or more, e.g. KOR,JPN"),
        ("/en/overview?members=KOR,QQQ", 422, "QQQ"),
        ("/en/overview?on=2026-13-01", 422, "on: "),
        ("/en/overview/nothing", 422, "no part 'nothing'"),
        ("/en/overview/bars/chart/none.json", 404, "no chart 'none' here; there are shared-bars"),
        ("/en/overview/bars/table/none.csv", 404, "shared-bars-table"),
        ("/en/overview/bars/trace/0000000000", 404, "no number '0000000000'"),
        ("/assets/none.js", 404, "no such file"),
        ("/assets/..%2f..%2fframe.py", 404, ""),
    ],
)
def test_bad_addresses_get_one_clear_message(desk: TestClient, address: str, status: int, said: str) -> None:
    answer = desk.get(address)
    assert answer.status_code == status
    assert said in answer.text.replace("&#39;", "'")
    assert "Traceback" not in answer.text


def test_a_year_without_trade_is_said_in_the_part(desk: TestClient) -> None:
    answer = desk.get("/en/overview?year=1950")
    page = read(answer.text)
    assert "year is 1950; the trade table runs from" in page.text
    assert phrase("en", "desk.fault.input") in page.text


def test_a_form_of_another_site_is_refused(desk: TestClient) -> None:
    answer = desk.post("/en/overview/do/save", headers={"origin": "https://elsewhere.example"})
    assert answer.status_code == 403
    own = desk.post("/en/overview/do/save")
    assert own.status_code == 404
    assert "nothing called 'save' is done here" in own.text.replace("&#39;", "'")


def test_slow_parts_are_asked_for_after_the_page() -> None:
    from pactolus.web import Settings, create_app

    with TestClient(create_app(Settings(workers=1)), base_url="http://127.0.0.1:8321") as fresh:
        page = read(fresh.get(OPEN).text)
        assert page.later == ["/en/overview/watch?fragment=1"]
        part = fresh.get(page.later[0])
        assert part.status_code == 200
        assert 'id="part-watch"' in part.text
        assert read(fresh.get(OPEN).text).later == [], "what is there is sent with the page"
