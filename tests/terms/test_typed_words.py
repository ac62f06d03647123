"""Typed questions: what a comma list, a date and an issuer may be."""

from __future__ import annotations

import pytest

from pactolus.errors import OptionError, UnknownTermError
from pactolus.terms.words import chosen, iso_date, issuers, items


def test_a_list_keeps_its_order_and_no_repeats():
    assert items("--x", " b, a,,b ") == ("b", "a")


def test_issuers_are_countries_and_coalitions_and_all_unknown_ones_are_named():
    assert issuers("KOR,EU27,JPN,KOR") == ("KOR", "EU27", "JPN")
    with pytest.raises(UnknownTermError, match=r"unknown issuer 'KRO'.*\n.*unknown issuer 'JPM'"):
        issuers("KRO,JPM")


def test_slips_are_named_with_the_parameter():
    with pytest.raises(UnknownTermError, match=r"^lang: unknown language 'eng'; did you mean 'en'"):
        chosen("lang", "language", "eng", ["en", "ko"])
    with pytest.raises(OptionError, match=r"^on: '2026-1-1' is not a date; write it as 2026-11-01"):
        iso_date("on", "2026-1-1")
