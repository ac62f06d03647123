from __future__ import annotations

from itertools import pairwise

import pytest

from pactolus.errors import UnknownTermError
from pactolus.terms.hs_codes import hs_codes
from pactolus.terms.hs_concordance import (
    EDITIONS,
    codes_for,
    conversions,
    edition_id,
    hs_changes,
    to_hs92,
)

NEWER = [edition for edition in EDITIONS if edition != "HS92"]

#: Correlation tables of UN Statistics (Comtrade reference tables), typed: edition, code, HS92 code, relation.
PUBLISHED = [
    # HS 1996 - HS 1992
    ("HS96", "250300", "250310", "wider"),
    ("HS96", "811291", "811291", "equal"),
    # HS 2002 - HS 1996
    ("HS02", "810520", "810510", "part_of"),
    ("HS02", "810530", "810510", "part_of"),
    ("HS02", "811230", "811230", "equal"),
    ("HS02", "811251", "811291", "part_of"),
    # HS 2007 - HS 2002
    ("HS07", "252410", "252400", "part_of"),
    ("HS07", "811292", "811291", "split"),
    ("HS07", "283329", "283329", "split"),
    ("HS07", "850511", "850511", "equal"),
    # HS 2022 - HS 2017
    ("HS22", "810610", "810600", "part_of"),
    ("HS22", "810939", "810910", "part_of"),
    ("HS22", "811231", "811291", "part_of"),
    ("HS22", "811241", "811291", "part_of"),
    ("HS22", "811261", "810710", "part_of"),
    ("HS22", "811269", "810710", "split"),
    ("HS22", "284690", "284690", "equal"),
]


@pytest.mark.parametrize(("edition", "code", "hs92", "relation"), PUBLISHED)
def test_published_correlations(edition: str, code: str, hs92: str, relation: str) -> None:
    record = conversions(edition)[code]
    assert (record.hs92, record.relation) == (hs92, relation)
    assert "UN Statistics" in record.reference


@pytest.mark.parametrize("edition", NEWER)
def test_every_code_of_the_map_is_reached_or_its_end_is_written_down(edition: str) -> None:
    ended = {
        change.hs92
        for change in hs_changes()
        if change.change == "ended" and EDITIONS[change.edition] <= EDITIONS[edition]
    }
    reached = set(to_hs92(edition).values())
    assert reached | ended == set(hs_codes())
    assert not reached & ended


def test_no_code_stands_twice_and_all_have_six_digits() -> None:
    for edition in NEWER:
        found = conversions(edition)
        assert list(found) == sorted(found)
        assert all(len(code) == 6 and code.isdecimal() for code in found)
        assert set(to_hs92(edition).values()) <= hs_codes().keys()


@pytest.mark.parametrize("edition", NEWER)
def test_one_part_alone_is_no_part(edition: str) -> None:
    """A code that is `equal` stands alone; a `part_of` has company, or its note names the missing part."""
    for record in conversions(edition).values():
        together = codes_for(edition, [record.hs92])
        if record.relation == "equal":
            assert together == (record.code,)
        if record.relation == "part_of" and together == (record.code,):
            assert "not taken" in record.note
        assert record.whole == (record.relation in ("equal", "part_of"))
        assert record.note or record.relation == "equal"


def test_hs92_is_itself() -> None:
    assert dict(to_hs92("HS92")) == {code: code for code in hs_codes()}
    assert codes_for("HS92", hs_codes()) == tuple(hs_codes())


def test_germanium_goes_from_its_own_code_into_a_shared_one() -> None:
    assert codes_for("HS02", ["811230"]) == ("811230",)
    assert codes_for("HS07", ["811230"]) == ()
    assert "811292" in codes_for("HS07", ["811291"])
    (end,) = (c for c in hs_changes() if c.hs92 == "811230")
    assert (end.edition, end.change, end.newer) == ("HS07", "ended", ("811292", "811299"))
    assert hs_codes()["811230"].last_year == EDITIONS["HS07"] - 1


def test_a_code_that_changed_is_told() -> None:
    """Where a relation differs from the edition before, the list of changes has an entry."""
    told = {(change.edition, change.hs92) for change in hs_changes()}
    editions = list(EDITIONS)
    for before, edition in pairwise(editions):
        for hs92 in hs_codes():
            if codes_for(before, [hs92]) != codes_for(edition, [hs92]):
                assert (edition, hs92) in told, (edition, hs92)


@pytest.mark.parametrize(
    ("name", "edition"),
    [("HS22", "HS22"), ("hs 2017", "HS17"), ("H4", "HS12"), ("2007", "HS07"), ("HS_02", "HS02")],
)
def test_names_of_editions(name: str, edition: str) -> None:
    assert edition_id(name) == edition
    assert to_hs92(name) == to_hs92(edition)


def test_unknown_edition() -> None:
    with pytest.raises(
        UnknownTermError, match="unknown edition of the Harmonized System 'HS97'; did you mean 'HS96'"
    ):
        to_hs92("HS97")
