"""One number format in every language; what is missing is said, never 0."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.catalogue.origins import Figure
from pactolus.errors import DataError
from pactolus.terms.statuses import STATUSES
from pactolus.wording.numbers import UNITS, format_figure, format_number, scale_of, unit_word
from pactolus.wording.templates import LANGS

DIGITS = re.compile(r"[-+±<]?\d[\d,]*(?:\.\d+)?")


def figure(value, unit="share", digits=1, **more):
    return Figure(value=value, unit=unit, digits=digits, **more)


@pytest.mark.parametrize(
    ("value", "digits", "signed", "expected"),
    [
        (12345.678, 1, False, "12,345.7"),
        (0, 1, False, "0.0"),
        (0.04, 1, False, "<0.1"),
        (0.4, 0, False, "<1"),
        (-0.04, 1, False, "0.0"),
        (3.24, 1, True, "+3.2"),
        (-3.24, 1, True, "-3.2"),
        (0.01, 1, True, "±0.0"),
        (0, 1, True, "0.0"),
        (1_000_000, 0, False, "1,000,000"),
    ],
)
def test_a_bare_number(value, digits, signed, expected):
    assert format_number(value, digits, signed=signed) == expected


@pytest.mark.parametrize(
    ("given_figure", "expected"),
    [
        (figure(0.8213), ("82.1%", "82.1%", "82.1%")),
        (figure(0.0321, "pp", signed=True), ("+3.2 pp", "+3.2%p", "+3.2ポイント")),
        (figure(1234.56, "million USD"), ("1,234.6 million USD", "1,234.6백만 달러", "1,234.6百万ドル")),
        (figure(12345, "t", 0), ("12,345 t", "12,345톤", "12,345トン")),
        (figure(2024, "year", 0), ("2024", "2024년", "2024年")),
        (
            figure(0.3127, "1", 2, low=0.238, high=0.384),
            ("0.31 (0.24–0.38)", "0.31(0.24–0.38)", "0.31(0.24–0.38)"),
        ),
        (figure(0.5, low=0.4, high=0.6), ("50.0% (40.0–60.0%)", "50.0%(40.0–60.0%)", "50.0%（40.0–60.0%）")),
    ],
)
def test_only_the_word_of_the_unit_differs(given_figure, expected):
    assert tuple(format_figure(given_figure, lang) for lang in LANGS) == expected


@given(
    st.floats(-1e7, 1e7, allow_nan=False).filter(lambda v: v != 0),
    st.sampled_from(sorted(UNITS)),
    st.integers(0, 3),
    st.booleans(),
)
def test_the_number_is_the_same_in_every_language(value, unit, digits, signed):
    texts = [format_figure(figure(value, unit, digits, signed=signed), lang) for lang in LANGS]
    assert len({DIGITS.search(text).group(0) for text in texts}) == 1


@pytest.mark.parametrize("status", [s for s in STATUSES if s != "ok"])
@pytest.mark.parametrize("lang", LANGS)
def test_a_missing_value_names_its_reason_and_never_prints_a_number(status, lang):
    for reason in (True, False):
        text = format_figure(figure(None, status=status), lang, reason=reason)
        assert text
        assert not re.search(r"\d", text)


def test_no_data_in_three_languages():
    missing = figure(None, status="no_code")
    assert format_figure(missing, "en") == "no data (no trade code)"
    assert format_figure(missing, "ko") == "자료 없음(품목번호 없음)"
    assert format_figure(missing, "ja") == "データなし（品目番号なし）"
    assert [format_figure(missing, lang, reason=False) for lang in LANGS] == [
        "no data",
        "자료 없음",
        "データなし",
    ]


def test_a_value_without_number_cannot_be_ok():
    with pytest.raises(DataError, match="no value, but its status is 'ok'"):
        format_figure(figure(None), "en")


def test_an_unknown_unit_names_those_there_are():
    with pytest.raises(DataError, match="unit 'furlong' has no printed form; there are 'share'"):
        format_figure(figure(1.0, "furlong"), "en")


def test_axes_have_the_scale_and_word_of_the_unit():
    assert scale_of("share") == 100
    assert [unit_word("million USD", lang) for lang in LANGS] == ["million USD", "백만 달러", "百万ドル"]
    assert unit_word("1", "en") == ""
