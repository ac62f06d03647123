from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.errors import InputError, OptionError, UnknownTermError
from pactolus.terms.coalitions import coalition, coalitions, members_of
from pactolus.terms.countries import (
    countries,
    country,
    country_name,
    country_of_baci,
    entity,
    footnote,
)
from pactolus.terms.languages import LANGUAGES


@pytest.mark.parametrize(
    ("number", "iso3"),
    [
        (490, "TWN"),
        (842, "USA"),
        (699, "IND"),
        (251, "FRA"),
        (757, "CHE"),
        (579, "NOR"),
        (711, "ZA1"),
        (697, "R20"),
        (58, "BEL"),
        (280, "DEU"),
        (736, "SDN"),
        (891, "SCG"),
        (810, "SUN"),
        (200, "CSK"),
        (530, "ANT"),
        (516, "NAM"),
    ],
)
def test_numeric_codes_of_cepii_that_are_not_iso_numbers(number: int, iso3: str) -> None:
    assert country_of_baci(number).iso3 == iso3


def test_all_238_codes_of_cepii_lead_to_a_country_or_region() -> None:
    numbers = [number for found in countries().values() for number in found.baci]
    assert len(numbers) == len(set(numbers)) == 238
    with pytest.raises(UnknownTermError, match="unknown BACI country code 840; CEPII's list has 238 codes"):
        country_of_baci(840)


def test_every_country_or_region_has_three_names() -> None:
    for found in countries().values():
        assert all(found.names[lang] for lang in LANGUAGES)
    for lang in LANGUAGES:
        names = [found.names[lang] for found in countries().values()]
        assert len(set(names)) == len(names), lang


@pytest.mark.parametrize(
    ("iso3", "en", "ko", "ja"),
    [
        ("KOR", "Korea", "한국", "韓国"),
        ("PRK", "North Korea", "북한", "北朝鮮"),
        ("TWN", "Taiwan", "대만", "台湾"),
        ("HKG", "Hong Kong", "홍콩", "香港"),
        ("COD", "DR Congo", "콩고민주공화국", "コンゴ民主共和国"),
        ("TUR", "Türkiye", "튀르키예", "トルコ"),
        ("AUS", "Australia", "호주", "オーストラリア"),
        ("USA", "United States", "미국", "米国"),
        ("ZAF", "South Africa", "남아프리카공화국", "南アフリカ"),
    ],
)
def test_checked_names_come_before_cldr(iso3: str, en: str, ko: str, ja: str) -> None:
    assert tuple(country_name(iso3, lang) for lang in LANGUAGES) == (en, ko, ja)


def test_taiwan_carries_the_footnote_of_its_code() -> None:
    found = country("TWN")
    assert found.footnote == "baci-490"
    assert "Other Asia, nes" in footnote("baci-490", "en")
    assert all(footnote("baci-490", lang) for lang in LANGUAGES)
    assert country("S19").iso3 == "TWN"
    with pytest.raises(UnknownTermError, match="unknown footnote"):
        footnote("baci-491", "en")


@pytest.mark.parametrize(
    ("name", "iso3"),
    [
        ("Korea, Republic of", "KOR"),
        ("대한민국", "KOR"),
        ("congo (kinshasa)", "COD"),
        ("Côte d’Ivoire", "CIV"),
        ("cote d'ivoire", "CIV"),
        ("Turkey", "TUR"),
        ("Burma", "MMR"),
        ("ROM", "ROU"),
        ("ZAR", "COD"),
        ("TMP", "TLS"),
        ("USA", "USA"),
        ("日本", "JPN"),
        ("french guiana", "GUF"),
        ("Kosovo", "XKX"),
        ("Curaçao", "CUW"),
        ("Other Asia, nes", "TWN"),
    ],
)
def test_publishers_names(name: str, iso3: str) -> None:
    assert country(name).iso3 == iso3


def test_plain_congo_is_refused_because_there_are_two() -> None:
    with pytest.raises(UnknownTermError, match=r"unknown country or region 'Congo'; did you mean 'DR Congo'"):
        country("Congo")


def test_unknown_country_with_near_names() -> None:
    with pytest.raises(UnknownTermError, match=r"unknown country or region 'Koera'; did you mean .*Korea"):
        country("Koera")
    with pytest.raises(UnknownTermError, match=r"unknown country or region 'KRO'; did you mean .*KOR"):
        country("KRO")
    with pytest.raises(UnknownTermError, match="give an ISO code such as KOR"):
        country("zzzzzzzzz")


def test_entities() -> None:
    assert entity("KOR").kind == "country"
    both = entity("jpn + Korea")
    assert (both.id, both.kind, both.members) == ("JPN+KOR", "coalition", ("JPN", "KOR"))
    assert entity("World") == entity("wld") == entity("세계")
    assert entity("WLD").members == ()
    assert len(entity("EU27").members) == 27
    assert entity("EU27+KOR").id == "EU27+KOR"


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("KOR+KOR", r"'KOR\+KOR': KOR is named more than once; name each member once"),
        ("EU27+DEU", "DEU is named more than once"),
        ("KOR+", r"has an empty part; write for example KOR\+JPN"),
        ("", "has an empty part"),
        ("WLD+KOR", "the world holds all others; ask for WLD by itself"),
        ("MSP@2025", "'2025' is not a day; write MSP@2025-06-30"),
        ("MSP", "MSP ended on 2026-02-03; name a day up to then, for example MSP@2026-02-03"),
        ("FORGE", r"FORGE: membership is unconfirmed .*attendance is not membership.* for example KOR\+JPN"),
        ("IEA", "IEA: membership of LVA is unconfirmed; name the members, for example AUT"),
        ("MSP@2023-06-30", "membership of ITA, NOR on 2023-06-30 is unconfirmed"),
        ("MSP@2020-01-01", "MSP has no recorded member on 2020-01-01"),
        ("RISE", "RISE: membership is unconfirmed"),
    ],
)
def test_entities_that_cannot_be_used(spec: str, message: str) -> None:
    with pytest.raises(OptionError, match=message):
        entity(spec)


def test_every_unknown_part_of_an_entity_is_told() -> None:
    with pytest.raises(UnknownTermError) as caught:
        entity("KOR+Jpan+Xyzzy land")
    assert len(str(caught.value).splitlines()) == 2
    assert "'Jpan'; did you mean" in str(caught.value)


def test_dated_members() -> None:
    assert len(entity("MSP", on=date(2025, 6, 30)).members) == 14
    assert "GBR" in members_of("EU", on=date(2020, 1, 31))
    assert "GBR" not in members_of("EU", on=date(2020, 2, 1))
    assert "HRV" not in members_of("EU", on=date(2013, 6, 30))
    assert set(members_of("EU")) == set(members_of("EU27"))
    assert set(members_of("EU27", on=date(1996, 1, 1))) == set(members_of("EU27"))
    assert set(members_of("G7")) == {"CAN", "DEU", "FRA", "GBR", "ITA", "JPN", "USA"}
    assert coalition("g7").organisations == ("EU",)


def test_coalitions_are_whole() -> None:
    for found in coalitions().values():
        assert all(found.names[lang] for lang in LANGUAGES)
        assert found.kind in ("fixed", "dated", "unconfirmed")
        assert all(one.member in countries() for one in found.memberships)
        assert all(one.reference for one in found.memberships)
    with pytest.raises(UnknownTermError, match=r"unknown coalition 'MPS'; did you mean .*MSP"):
        coalition("MPS")


ISO = st.sampled_from(sorted(countries()))


@given(st.lists(ISO, min_size=1, max_size=6, unique=True))
def test_an_entity_keeps_its_members_in_order_and_reads_back(members: list[str]) -> None:
    found = entity("+".join(members))
    assert found.members == tuple(members)
    assert entity(found.id) == found
    assert found.kind == ("country" if len(members) == 1 else "coalition")


@given(st.lists(ISO, min_size=1, max_size=4, unique=True), st.data())
def test_a_repeated_member_is_never_let_in(members: list[str], data: st.DataObject) -> None:
    again = data.draw(st.sampled_from(members))
    with pytest.raises(OptionError, match=again):
        entity("+".join([*members, again]))


@given(ISO, st.sampled_from(LANGUAGES))
def test_a_country_is_found_by_its_name(iso3: str, lang: str) -> None:
    assert entity(country_name(iso3, lang)) == entity(iso3)


@given(st.text(max_size=20))
def test_any_text_is_an_entity_or_a_clear_refusal(text: str) -> None:
    try:
        found = entity(text)
    except InputError:
        return
    assert entity(found.id) == found


@pytest.mark.shared
def test_every_code_of_the_source_files_is_known(shared: Path) -> None:
    data = shared / "data"
    with (data / "raw/cepii_baci/country_codes_V202401b.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            assert country_of_baci(int(row["country_code"])) == country(row["country_iso3"])
    for file in (
        "tidy/production_wmd_2018_2024.csv",
        "tidy/usgs_mcs2026_world.csv",
        "tidy/eu_crm2023_supply_shares.csv",
    ):
        with (data / file).open(encoding="utf-8", newline="") as lines:
            codes = {row["iso3"] for row in csv.DictReader(lines)} - {""}
        assert {country(code).iso3 for code in codes} <= countries().keys(), file
