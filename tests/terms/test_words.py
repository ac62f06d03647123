from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from pactolus.errors import OptionError, UnknownTermError
from pactolus.terms.applications import application_name, application_of, applications
from pactolus.terms.glossary import glossary, term, term_status
from pactolus.terms.institutions import (
    institution,
    institution_abbreviation,
    institution_name,
    institutions,
)
from pactolus.terms.languages import LANGUAGES


def test_the_korean_ministry_changes_its_name_on_the_first_of_october_2025() -> None:
    day_before, day = date(2025, 9, 30), date(2025, 10, 1)
    assert institution_name("KOR-MOTIE", day_before, "ko") == "산업통상자원부"
    assert institution_name("KOR-MOTIE", day, "ko") == "산업통상부"
    assert institution_abbreviation("KOR-MOTIE", day) == "MOTIR"
    assert institution_abbreviation("KOR-MOTIR", day_before) == "MOTIE"
    assert institution_name("KOR-MOTIR", date(2012, 1, 1), "en") == "Ministry of Knowledge Economy"


@pytest.mark.parametrize(
    ("identity", "day", "abbreviation"),
    [
        ("KOMIR", date(2021, 9, 10), "KOMIR"),
        ("KOR-KORES", date(2021, 9, 9), "KORES"),
        ("KOR-KORES", date(2021, 9, 10), "KOMIR"),
        ("METI", date(2000, 12, 31), "MITI"),
        ("MSP", date(2026, 2, 4), "FORGE"),
        ("INT-FORGE", date(2025, 1, 1), "MSP"),
        ("PPS", date(2026, 1, 1), "PPS"),
    ],
)
def test_names_on_a_day(identity: str, day: date, abbreviation: str) -> None:
    assert institution_abbreviation(identity, day) == abbreviation


def test_jogmec_keeps_its_abbreviation_and_changes_its_name() -> None:
    old, new = date(2022, 11, 13), date(2022, 11, 14)
    assert institution_name("JOGMEC", old, "en") == "Japan Oil, Gas and Metals National Corporation"
    assert institution_name("JOGMEC", new, "en") == "Japan Organization for Metals and Energy Security"


def test_without_a_day_the_last_name() -> None:
    assert institution_name("KOR-KORES", None, "en").startswith("Korea Mine Rehabilitation")


def test_institutions_that_split_merged_or_did_not_exist() -> None:
    with pytest.raises(OptionError, match="on 2026-11-01 it was KOR-MOEF-2026, KOR-MPB: name one of them"):
        institution("KOR-MOSF", date(2026, 11, 1))
    with pytest.raises(OptionError, match="it was KOR-KORES, KOR-MIRECO"):
        institution("KOMIR", date(2020, 1, 1))
    with pytest.raises(OptionError, match="has no recorded name on 1990-01-01"):
        institution("KOR-RSC", date(1990, 1, 1))
    with pytest.raises(UnknownTermError, match="unknown institution 'JOGMEX'; did you mean 'JOGMEC'"):
        institution("JOGMEX")


def test_institutions_are_whole() -> None:
    assert len(institutions()) == 56
    for found in institutions().values():
        assert all(found.names[lang] for lang in LANGUAGES)
        assert found.status in ("seen", "unconfirmed")
        assert all(institutions()[one].since >= found.until[:4] for one in found.successors)


def test_the_glossary() -> None:
    assert len(glossary()) == 183
    assert [term("critical_mineral", lang) for lang in ("ko", "ja")] == ["핵심광물", "重要鉱物"]
    assert [term("stockpile", lang) for lang in ("ko", "ja")] == ["비축", "備蓄"]
    assert [term("drawdown", lang) for lang in ("ko", "ja")] == ["방출", "放出"]
    assert [term("smelting", lang) for lang in ("ko", "ja")] == ["제련", "製錬"]
    assert term_status("export-ban", "ko") == "unconfirmed"
    assert term_status("stockpile", "ko") == "seen"
    assert term_status("stockpile", "en") == "seen"
    with pytest.raises(UnknownTermError, match="unknown term 'stokpile'; did you mean 'stockpile'"):
        term("stokpile", "en")
    for found in glossary().values():
        assert all(found.names[lang] for lang in LANGUAGES)


def test_applications() -> None:
    assert application_of("Integrated circuits") == "integrated-circuits"
    assert application_of("Stainless steel") == application_of("stainless steel") == "stainless-steel"
    assert application_of("PV cells") == application_of("Photovoltaics") == "photovoltaics"
    assert application_name("magnets", "ko") == "영구자석"
    assert application_name("magnets", "ja") == "永久磁石"
    for lang in LANGUAGES:
        names = [application_name(one, lang) for one in applications()]
        assert len(set(names)) == len(names)
    with pytest.raises(UnknownTermError, match="unknown application label 'Magnet'; did you mean 'magnets'"):
        application_of("Magnet")
    with pytest.raises(UnknownTermError, match="unknown application 'magnet'; did you mean 'magnets'"):
        application_name("magnet", "en")


@pytest.mark.shared
def test_every_label_of_the_european_study_has_an_application(shared: Path) -> None:
    file = shared / "data/tidy/eu_crm2023_end_uses_nace2.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        labels = [row["application"] for row in csv.DictReader(lines)]
    assert len(labels) == 339
    assert {application_of(label) for label in labels} == applications().keys()
