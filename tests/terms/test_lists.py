from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.errors import UnknownTermError
from pactolus.terms.languages import LANGUAGES
from pactolus.terms.lists import edition_of, editions, list_ids, listing, membership
from pactolus.terms.minerals import minerals

#: Entries of each edition as the issuer counts them.
COUNTS = {
    ("KOR-critical", "2023-02-27"): 33,
    ("KOR-strategic", "2023-02-27"): 10,
    ("KOR-rare-earths", "2026-02-05"): 17,
    ("KOR-stock", "2019-06"): 9,
    ("JPN-critical", "2023-01"): 35,
    ("JPN-rare-metals-stock", "2021-02-09"): 34,
    ("JPN-rare-metals", "2009-07"): 31,
    ("JPN-stock", "2006-03-31"): 7,
    ("JPN-stock", "2009"): 9,
    ("EU-critical", "2011"): 14,
    ("EU-critical", "2014"): 20,
    ("EU-critical", "2017"): 27,
    ("EU-critical", "2020-09"): 30,
    ("EU-critical", "2024-05-23"): 34,
    ("EU-strategic", "2024-05-23"): 17,
    ("EU-stock", "2026"): 3,
    ("USA-critical", "2018-05-18"): 35,
    ("USA-critical", "2022-02-24"): 50,
    ("USA-critical", "2025-11-07"): 60,
    ("AUS-critical", "2023-12-16"): 30,
    ("AUS-critical", "2024-02"): 31,
    ("AUS-strategic", "2023-12-16"): 6,
    ("AUS-reserve", "2026-01-12"): 3,
    ("CAN-critical", "2021-03-11"): 31,
    ("CAN-critical", "2024-06-10"): 34,
    ("GBR-critical", "2022-07-22"): 18,
    ("GBR-critical", "2024-11"): 34,
    ("GBR-watch", "2022-07-22"): 5,
    ("IND-critical", "2023-06-28"): 30,
}


@pytest.mark.parametrize(("key", "count"), COUNTS.items())
def test_each_edition_has_the_entries_that_its_issuer_counts(key: tuple[str, str], count: int) -> None:
    assert len({entry.entry for entry in edition_of(*key).entries}) == count


def test_editions_without_a_count_are_the_incomplete_ones() -> None:
    assert {key for key in editions() if key not in COUNTS} == {
        ("JPN-critical-priority", ""),
        ("JPN-critical-addition", ""),
    }
    for found in editions().values():
        assert all(found.names[lang] for lang in LANGUAGES)
        assert all(entry.reference for entry in found.entries)


@pytest.mark.parametrize(
    ("mineral", "list_id", "edition", "answer"),
    [
        ("gallium", "KOR-critical", None, "yes"),
        ("germanium", "KOR-critical", None, "no"),
        ("germanium", "JPN-critical", None, "yes"),
        ("copper", "KOR-critical", None, "yes"),
        ("copper", "JPN-critical", None, "no"),
        ("neodymium", "JPN-critical", None, "yes"),  # by the group of rare earths
        ("barium", "JPN-critical", None, "yes"),
        ("palladium", "EU-critical", None, "yes"),  # by the platinum group
        ("osmium", "EU-critical", None, "unknown"),  # the group as the study defines it was not read
        ("scandium", "GBR-critical", "2022-07-22", "unknown"),
        ("scandium", "CAN-critical", None, "yes"),
        ("uranium", "JPN-critical-addition", None, "yes"),
        ("copper", "JPN-critical-priority", None, "unknown"),  # incomplete: never no
        ("cobalt", "GBR-critical", None, "yes"),
        ("lithium", "GBR-critical", None, "unknown"),  # from memory only
        ("gold", "GBR-critical", None, "unknown"),
        ("coking coal", "EU-critical", "2017", "unknown"),
        ("coking coal", "EU-critical", None, "yes"),
        ("bauxite", "EU-critical", None, "yes"),
        ("magnesite", "EU-critical", None, "no"),
        ("artificial graphite", "KOR-critical", None, "unknown"),
        ("artificial graphite", "EU-critical", "2020-09", "no"),
        ("nickel", "AUS-critical", "2023-12-16", "no"),
        ("nickel", "AUS-critical", None, "yes"),
    ],
)
def test_membership(mineral: str, list_id: str, edition: str | None, answer: str) -> None:
    assert membership(mineral, list_id, edition) == answer


def test_korea_names_the_rare_earths_in_part() -> None:
    found = listing("rare earths", "KOR-critical")
    assert (found.answer, found.in_part) == ("yes", True)
    assert found.entry is not None
    assert found.entry.entry == "cerium"
    whole = listing("rare earths", "JPN-critical")
    assert (whole.answer, whole.in_part) == ("yes", False)


def test_the_latest_edition_answers_unless_another_is_named() -> None:
    assert edition_of("USA-critical").edition == "2025-11-07"
    assert membership("copper", "USA-critical") == "yes"
    assert membership("copper", "USA-critical", "2022-02-24") == "no"


@given(st.sampled_from(sorted(minerals())), st.sampled_from(sorted(editions())))
def test_an_incomplete_or_unconfirmed_list_never_says_no(identity: str, key: tuple[str, str]) -> None:
    found = listing(identity, *key)
    assert found.answer != "no" or found.edition.complete == "yes"
    assert (found.entry is not None) == (found.answer == "yes")
    assert found.answer == "yes" or not found.in_part


def test_unknown_list_or_edition() -> None:
    with pytest.raises(UnknownTermError, match="unknown list 'KOR-critcal'; did you mean 'KOR-critical'"):
        membership("gallium", "KOR-critcal")
    with pytest.raises(
        UnknownTermError, match="unknown edition '2024' of KOR-critical; there are 2023-02-27"
    ):
        membership("gallium", "KOR-critical", "2024")
    assert "KOR-critical" in list_ids()
