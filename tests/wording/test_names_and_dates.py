"""Names, lists, members and dates as each language writes them."""

from __future__ import annotations

from datetime import date

import pytest

from pactolus.catalogue.origins import Term
from pactolus.errors import DataError, UnknownTermError
from pactolus.wording.dates import format_date, format_year
from pactolus.wording.names import join_list, member_order, members_name, name, spans_of
from pactolus.wording.templates import LANGS


def in_all(term):
    return tuple(name(term, lang) for lang in LANGS)


def test_the_reader_comes_first():
    assert member_order(["JPN", "KOR"], "ko") == ("KOR", "JPN")
    assert member_order(["KOR", "JPN"], "ja") == ("JPN", "KOR")
    assert member_order(["USA", "KOR", "JPN"], "ja") == ("JPN", "USA", "KOR")
    assert member_order(["JPN", "KOR"], "en") == ("JPN", "KOR")


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        (("KOR", "JPN"), ("Korea and Japan", "한·일", "日・韓")),
        (("JPN", "KOR"), ("Japan and Korea", "한·일", "日・韓")),
        (("KOR", "JPN", "USA"), ("Korea, Japan and United States", "한·일·미", "日・韓・米")),
        (("VNM", "KOR"), ("Viet Nam and Korea", "한국과 베트남", "ベトナム及び韓国")),
        (
            ("KOR", "EU27"),
            ("Korea and European Union (27)", "한국과 유럽연합(27개국)", "韓国及び欧州連合(27か国)"),
        ),
    ],
)
def test_members_are_joined_as_the_language_does(members, expected):
    assert in_all(Term("members", members)) == expected


def test_full_names_can_be_asked_for():
    assert members_name(["KOR", "JPN"], "ja", short=False) == "日本及び韓国"


def test_all_members_in_words():
    assert in_all(Term("members_all", ("KOR", "JPN"))) == ("both countries", "양국", "両国")
    assert in_all(Term("members_all", ("KOR", "TWN"))) == ("both sides", "양측", "双方")
    assert in_all(Term("members_all", ("KOR", "EU27"))) == ("both sides", "양측", "双方")
    assert in_all(Term("members_all", ("KOR", "JPN", "USA"))) == ("all 3 members", "3개 참여국", "3参加国")


@pytest.mark.parametrize(
    ("kind", "ids", "expected"),
    [
        ("mineral", ("lithium",), ("lithium", "리튬", "リチウム")),
        ("mineral", ("lithium", "cobalt"), ("lithium and cobalt", "리튬과 코발트", "リチウム及びコバルト")),
        (
            "mineral",
            ("cobalt", "nickel", "tungsten"),
            ("cobalt, nickel and tungsten", "코발트, 니켈, 텅스텐", "コバルト、ニッケル、タングステン"),
        ),
        ("mineral_stage", ("lithium@refined",), ("lithium (refined)", "리튬(정련품)", "リチウム（精錬品）")),
        (
            "item_from",
            ("lithium@refined@CHN",),
            ("lithium (refined), China", "리튬(정련품), 중국", "リチウム（精錬品）、中国"),
        ),
        ("country", ("TWN",), ("Taiwan*", "대만*", "台湾*")),
        ("country", ("COD",), ("DR Congo", "콩고민주공화국", "コンゴ民主共和国")),
        ("stage", ("mixed",), ("mixed", "혼합 단계", "段階混在")),
        ("hs_code", ("250410", "250490"), ("2504.10, 2504.90",) * 3),
        ("year", ("2024",), ("2024", "2024년", "2024年")),
        ("year", ("2019-2024",), ("2019–2024", "2019–2024년", "2019–2024年")),
        ("date", ("2023-02-27",), ("27 February 2023", "2023년 2월 27일", "2023年2月27日")),
        ("method", ("geopolrisk",), ("GeoPolRisk",) * 3),
        ("group", ("critical",), ("critical minerals", "핵심광물", "重要鉱物")),
        ("status", ("no_code",), ("no trade code", "품목번호 없음", "品目番号なし")),
        ("application", ("magnets",), ("permanent magnets", "영구자석", "永久磁石")),
        ("phrase", ("numbers.no_data",), ("no data", "자료 없음", "データなし")),
        (
            "list",
            ("KOR-critical@2023-02-27",),
            ("Korea: critical minerals", "한국 핵심광물", "韓国の重要鉱物"),
        ),
    ],
)
def test_terms_in_three_languages(kind, ids, expected):
    assert in_all(Term(kind, ids)) == expected


def test_the_name_of_an_institution_is_that_of_the_day():
    now, then = Term("institution", ("KOR-MOTIR@2026-11-23",)), Term("institution", ("KOR-MOTIE@2025-02-27",))
    assert name(now, "ko") == "산업통상부"
    assert name(then, "ko") == "산업통상자원부"


def test_a_foreign_title_says_its_language():
    (span,) = spans_of(Term("text", ("World Mining Data",)), "ja")
    assert (span.text, span.lang) == ("World Mining Data", "en")
    assert spans_of(Term("text", ("World Mining Data",)), "en")[0].lang == ""


def test_an_unknown_kind_or_name_is_an_error():
    with pytest.raises(DataError, match="kind 'colour' has no words; there are application"):
        name(Term("colour", ("red",)), "en")
    with pytest.raises(UnknownTermError, match="JPX"):
        name(Term("country", ("JPX",)), "en")


def test_lists():
    assert join_list([], "en") == ""
    assert join_list(["a"], "ja") == "a"
    assert join_list(["a", "b", "c"], "ja") == "a、b、c"


def test_dates():
    assert [format_date(date(2026, 11, 23), lang) for lang in LANGS] == [
        "23 November 2026",
        "2026년 11월 23일",
        "2026年11月23日",
    ]
    assert [format_date("2009-07", lang) for lang in LANGS] == ["July 2009", "2009년 7월", "2009年7月"]
    assert format_date("2009", "ko") == "2009년"
    assert format_year(2024, "en") == "2024"


@pytest.mark.parametrize("text", ["2026-13-01", "yesterday", "2026-02-30", "", "2026-1-1-1"])
def test_what_is_no_date_is_refused(text):
    with pytest.raises(DataError, match="is no date; write YYYY-MM-DD"):
        format_date(text, "en")
