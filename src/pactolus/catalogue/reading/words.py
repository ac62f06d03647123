"""Words of spreadsheets in English, Korean and Japanese: periods, units, directions of trade, totals."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

__all__ = [
    "FLOW_PATTERN",
    "MONTH_PATTERN",
    "YEAR_CELL",
    "YEAR_PATTERN",
    "Unit",
    "flow_of",
    "is_grand_total",
    "is_rest",
    "is_sum",
    "money",
    "month_of",
    "period_of",
    "plain",
    "weight",
    "year_of",
]


@dataclass(frozen=True, slots=True)
class Unit:
    """`factor` base units (`name`: kg, ct, m3 or a currency) in one."""

    name: str
    factor: float


_WEIGHTS: Final[Mapping[str, tuple[str, float]]] = {
    "kg": ("kg", 1.0),
    "kgs": ("kg", 1.0),
    "kilogram": ("kg", 1.0),
    "kilograms": ("kg", 1.0),
    "킬로그램": ("kg", 1.0),
    "キログラム": ("kg", 1.0),
    "g": ("kg", 0.001),
    "gram": ("kg", 0.001),
    "grams": ("kg", 0.001),
    "그램": ("kg", 0.001),
    "グラム": ("kg", 0.001),
    "t": ("kg", 1000.0),
    "mt": ("kg", 1000.0),
    "ton": ("kg", 1000.0),
    "tons": ("kg", 1000.0),
    "tonne": ("kg", 1000.0),
    "tonnes": ("kg", 1000.0),
    "metric ton": ("kg", 1000.0),
    "metric tons": ("kg", 1000.0),
    "톤": ("kg", 1000.0),
    "トン": ("kg", 1000.0),
    "kt": ("kg", 1e6),
    "ct": ("ct", 1.0),
    "carat": ("ct", 1.0),
    "carats": ("ct", 1.0),
    "m3": ("m3", 1.0),
    "m³": ("m3", 1.0),
}
_MULTIPLES: Final[Mapping[str, float]] = {
    "": 1.0,
    "thousand": 1e3,
    "thousands": 1e3,
    "천": 1e3,
    "千": 1e3,
    "1000": 1e3,
    "1,000": 1e3,
    "만": 1e4,
    "万": 1e4,
    "백만": 1e6,
    "百万": 1e6,
    "million": 1e6,
    "millions": 1e6,
    "억": 1e8,
    "億": 1e8,
    "billion": 1e9,
    "십억": 1e9,
    "十億": 1e9,
}
_CURRENCIES: Final[Mapping[str, str]] = {
    "usd": "USD",
    "us$": "USD",
    "$": "USD",
    "us dollar": "USD",
    "us dollars": "USD",
    "dollar": "USD",
    "dollars": "USD",
    "달러": "USD",
    "불": "USD",
    "미달러": "USD",
    "米ドル": "USD",
    "ドル": "USD",
    "krw": "KRW",
    "won": "KRW",
    "원": "KRW",
    "ウォン": "KRW",
    "jpy": "JPY",
    "yen": "JPY",
    "円": "JPY",
    "엔": "JPY",
}
_MULTIPLE: Final = re.compile(
    r"^(?P<many>" + "|".join(sorted(map(re.escape, filter(None, _MULTIPLES)), key=len, reverse=True)) + r")?"
    r"\s*(?:of\s+)?(?P<one>.*)$"
)
_SUMS: Final = frozenset(
    {
        "합계", "총계", "계", "소계", "총합", "총합계", "전체", "누계", "세계", "전세계", "총액", "총괄",
        "合計", "総計", "計", "小計", "総額", "総合計", "累計", "世界", "全世界", "世界計", "総数", "合計額",
        "total", "totals", "grand total", "subtotal", "sub total", "sum", "world", "world total",
        "all countries",
    }
)  # fmt: skip
_SUBTOTALS: Final = frozenset({"소계", "小計", "누계", "累計", "subtotal"})
_RESTS: Final = frozenset({"기타", "기타국", "기타국가", "그외국가", "その他", "その他の国", "その他諸国"})
_FLOWS: Final[Mapping[str, str]] = {
    "import": "import",
    "imports": "import",
    "m": "import",
    "i": "import",
    "수입": "import",
    "輸入": "import",
    "export": "export",
    "exports": "export",
    "x": "export",
    "e": "export",
    "수출": "export",
    "輸出": "export",
}
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ERAS: Final[Mapping[str, int]] = {"令和": 2018, "平成": 1988, "昭和": 1925}

#: Parts of a heading, as regular expressions.
YEAR_PATTERN: Final = r"(?:19|20)\d\d"
MONTH_PATTERN: Final = r"(?:0?[1-9]|1[0-2])"
FLOW_PATTERN: Final = r"(?:수입|수출|輸入|輸出|[Ii]mports?|[Ee]xports?|IMPORTS?|EXPORTS?)"

#: A year as a cell of a workbook shows it: ``2021`` or ``2021.0``.
YEAR_CELL: Final = re.compile(rf"^({YEAR_PATTERN})(?:\.0+)?$")

_YEAR: Final = re.compile(rf"^({YEAR_PATTERN})(?:\.0+)?\s*(?:년도|년|年度?|)$")
_ERA: Final = re.compile(r"^(令和|平成|昭和)\s*(元|\d{1,2})\s*年?$")
_MONTH: Final = re.compile(rf"^({MONTH_PATTERN})(?:\.0+)?\s*(?:월|月|)$")
_PERIOD: Final = (
    re.compile(
        rf"^({YEAR_PATTERN})\s*[-./]\s*(0[1-9]|1[0-2])(?:\s*[-./]\s*\d\d(?:[ T]00:00(?::00)?(?:\.0+)?)?)?$"
    ),
    re.compile(rf"^({YEAR_PATTERN})(0[1-9]|1[0-2])(?:\.0)?$"),
    re.compile(rf"^({YEAR_PATTERN})\s*(?:년|年)\s*({MONTH_PATTERN})\s*(?:월|月)(?:\s*\d+\s*[일日])?$"),
    re.compile(rf"^({YEAR_PATTERN})\s*[Mm]\s*(0?[1-9]|1[0-2])$"),
    re.compile(rf"^({YEAR_PATTERN})\s*[-/]\s*([1-9])$"),
)
_NAMED: Final = re.compile(rf"^([A-Za-z]{{3,9}})\.?[\s\-/,]*({YEAR_PATTERN})$")
_UNCLEAR: Final = re.compile(rf"^{YEAR_PATTERN}\.[1-9]$")


def plain(text: str) -> str:
    """Full-width letters and digits as plain ones, blanks at the ends removed, inner blanks single."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def period_of(text: str) -> tuple[int, int] | str:
    """Year and month (0 for a whole year) of a cell, or why it is none.

    Examples
    --------
    >>> period_of("2024.01"), period_of("2024년 1월"), period_of("202412"), period_of("2024")
    ((2024, 1), (2024, 1), (2024, 12), (2024, 0))
    >>> period_of("2024.1")
    'may be January or October: a spreadsheet drops the last zero; write 2024-01 or 2024-10 as text'
    """
    cell = plain(text)
    year = year_of(cell)
    if year is not None:
        return year, 0
    for pattern in _PERIOD:
        found = pattern.match(cell)
        if found:
            return int(found[1]), int(found[2])
    named = _NAMED.match(cell)
    if named and named[1][:3].casefold() in _MONTHS:
        return int(named[2]), _MONTHS.index(named[1][:3].casefold()) + 1
    if _UNCLEAR.match(cell):
        return (
            "may be January or October: a spreadsheet drops the last zero; write 2024-01 or 2024-10 as text"
        )
    return "is no period; write for example 2024-01, 2024.01, 202401 or 2024"


def year_of(text: str) -> int | None:
    """Year of a cell: ``2024``, ``2024년``, ``令和6年``; None if it is none."""
    cell = plain(text)
    found = _YEAR.match(cell)
    if found:
        return int(found[1])
    era = _ERA.match(cell)
    return _ERAS[era[1]] + (1 if era[2] == "元" else int(era[2])) if era else None


def month_of(text: str) -> int | None:
    """Month of a cell: ``1``, ``01``, ``1월``, ``1月``, ``January``; None if it is none."""
    cell = plain(text)
    found = _MONTH.match(cell)
    if found:
        return int(found[1])
    word = cell.casefold().rstrip(".")
    return _MONTHS.index(word[:3]) + 1 if word.isalpha() and word[:3] in _MONTHS else None


def flow_of(text: str) -> str | None:
    """``import`` or ``export``; None if the word says neither."""
    return _FLOWS.get(plain(text).casefold())


def is_sum(text: str) -> bool:
    """Does a row or column of this name add up others, in English, Korean or Japanese?

    Examples
    --------
    >>> [is_sum(word) for word in ("합 계", "総額", "2024년 총계", "Total", "계림")]
    [True, True, True, True, False]
    """
    word = re.sub(rf"^{YEAR_PATTERN}\s*(?:년도?|年度?)?\s*", "", plain(text).casefold()).strip(
        "[]()<>【】〔〕 :*"
    )
    return word in _SUMS or re.sub(r"\s", "", word) in _SUMS


def is_grand_total(text: str) -> bool:
    """Is it a word for the sum of all rows, not of some of them?

    Examples
    --------
    >>> is_grand_total("총계"), is_grand_total("소계"), is_grand_total("World")
    (True, False, True)
    """
    return is_sum(text) and re.sub(r"\s", "", plain(text).casefold()) not in _SUBTOTALS


def is_rest(text: str) -> bool:
    """Is it the publisher's own remainder, in Korean or Japanese?

    Examples
    --------
    >>> is_rest("기타 국가"), is_rest("その他"), is_rest("기니")
    (True, True, False)
    """
    return re.sub(r"\s", "", plain(text)) in _RESTS


def weight(text: str) -> Unit | None:
    """A unit of weight (or carats, cubic metres) as base units; None if it is none.

    Examples
    --------
    >>> weight("천톤"), weight("KG")
    (Unit(name='kg', factor=1000000.0), Unit(name='kg', factor=1.0))
    """
    word = plain(text).casefold()
    if word in _WEIGHTS:
        return Unit(*_WEIGHTS[word])
    many, one = _split(word)
    known = _WEIGHTS.get(one)
    return Unit(known[0], known[1] * many) if known else None


def money(text: str) -> Unit | None:
    """A unit of money: its currency and how many of it are one; None if it is none.

    Examples
    --------
    >>> money("천달러"), money("百万円"), money("thousand KRW")
    (Unit(name='USD', factor=1000.0), Unit(name='JPY', factor=1000000.0), Unit(name='KRW', factor=1000.0))
    """
    many, one = _split(plain(text).casefold())
    currency = _CURRENCIES.get(one) or (one.upper() if re.fullmatch(r"[a-z]{3}", one) else None)
    return Unit(currency, many) if currency else None


def _split(word: str) -> tuple[float, str]:
    found = _MULTIPLE.match(word)
    if found is None:
        return 1.0, word
    return _MULTIPLES[found["many"] or ""], found["one"].strip()
