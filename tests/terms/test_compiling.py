from __future__ import annotations

import importlib.util
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from pactolus.errors import PactolusError
from pactolus.terms import loading


@pytest.fixture(scope="module")
def hatch_build() -> ModuleType:
    """The build hook of the repository as a module."""
    file = Path(__file__).parents[2] / "hatch_build.py"
    spec = importlib.util.spec_from_file_location("hatch_build", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["hatch_build"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def tree(tmp_path: Path, repository: Path) -> Path:
    """A copy of what is compiled, without results and without wording."""
    terms = tmp_path / "src/pactolus/terms"
    shutil.copytree(repository / "src/pactolus/terms/data", terms / "data")
    source = repository / "src/pactolus/terms"
    for file in (source / "folding.py", *source.glob("compiling*.py")):
        shutil.copy(file, terms)
    shutil.copy(repository / "hatch_build.py", tmp_path)
    return tmp_path


Edit = Callable[[str, str, str], None]


@pytest.fixture
def edit(tree: Path) -> Edit:
    """Replace a text in one of the edited files, where it stands once at least."""

    def replace(name: str, old: str, new: str) -> None:
        file = tree / "src/pactolus/terms/data" / name
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")

    return replace


def write_wording(tree: Path, **texts: str) -> None:
    for language, text in texts.items():
        folder = tree / "src/pactolus/wording" / language
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "brief.yaml").write_text(text, encoding="utf-8")


def faults(hatch_build: ModuleType, tree: Path) -> tuple[str, ...]:
    with pytest.raises(hatch_build.CompileError) as caught:
        hatch_build.compile_all(tree)
    assert not list(tree.glob("src/pactolus/*/compiled/*"))
    return tuple(caught.value.faults)


def test_compiling_twice_gives_equal_bytes_and_touches_nothing(hatch_build: ModuleType, tree: Path) -> None:
    written = hatch_build.compile_all(tree)
    first = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in written}
    again = hatch_build.compile_all(tree)
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in again} == first


def test_compiled_records_name_their_line(hatch_build: ModuleType, tree: Path) -> None:
    hatch_build.compile_all(tree)
    compiled = json.loads((tree / "src/pactolus/terms/compiled/minerals.json").read_text(encoding="utf-8"))
    lines = (tree / "src/pactolus/terms/data/minerals.csv").read_text(encoding="utf-8").splitlines()
    for record in compiled["records"]:
        number = int(record["source"].partition(":")[2])
        assert lines[number - 1].startswith(f"{record['id']},")


def test_every_shipped_vocabulary_is_compiled_from_its_file(hatch_build: ModuleType, tree: Path) -> None:
    names = {path.stem for path in hatch_build.compile_all(tree) if path.parts[-3] == "terms"}
    assert {"minerals", "hs_codes", "countries", "stages", "statuses", "coalitions", "lists"} <= names
    assert {"institutions", "glossary", "applications"} <= names


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        (
            "minerals.csv",
            "\nantimony,",
            "\naluminium,",
            "minerals.csv:3:1: duplicate id 'aluminium'; first in line 2",
        ),
        (
            "minerals.csv",
            "columbium",
            "wolfram",
            "already stands for 'niobium'",
        ),
        (
            "minerals.csv",
            "gallium,gallium,갈륨,",
            "gallium,gallium,,",
            "minerals.csv:22:17: no ko name for 'gallium'",
        ),
        (
            "minerals.csv",
            "Gallium,refined,",
            "Gallium,smelter,",
            "unknown wmd_stage 'smelter'; known are ore",
        ),
        ("hs_codes.csv", "250310,sulphur", "25031,sulphur", "hs_codes.csv:2:1: '25031' is not six digits"),
        (
            "hs_codes.csv",
            "250310,sulphur,ore",
            "250310,sulfur,ore",
            "hs_codes.csv:2:8: 'sulfur' is not in minerals.csv",
        ),
        (
            "hs_codes.csv",
            "250310,sulphur,ore",
            "250310,sulphur,oar",
            "hs_codes.csv:2:16: unknown stage 'oar'",
        ),
        ("hs_codes.csv", "ended,2006", "ended,", "last_year is for a code that ended, and needed there"),
        ("hs_codes.csv", "ended,2006", "ended,soon", "'soon' is not a whole number"),
        (
            "hs_codes.csv",
            "boron;tellurium,mixed,shared",
            "boron,mixed,shared",
            "a shared code holds at least two",
        ),
        ("countries.csv", ",842,", ",490,", "'490' stands for another country or region too"),
        ("country_overrides.csv", ",baci-490,", ",baci-491,", "unknown footnote 'baci-491'"),
        ("country_overrides.csv", "\nKOR,Korea,", "\nKRO,Korea,", "'KRO' is not in countries.csv"),
        (
            "country_overrides.csv",
            ",seen,https://www.korea.net/Government/Briefing-Room/Press-Releases/view?articleId=7865&type=O",
            ",seen,",
            "marked seen, and no source is named",
        ),
        ("countries.csv", "France,프랑스,", "France,,", "no ko name for 'FRA'"),
        ("countries.csv", ",842,", ",8x,", "'8x' is not a whole number"),
        ("stages.csv", "\nore,", "\noar,", "stages.csv:1:1: stages are oar"),
        (
            "coalitions.csv",
            ",fixed,",
            ",closed,",
            "unknown kind 'closed'; known are fixed, dated, unconfirmed",
        ),
        (
            "coalition_members.csv",
            "EU27,AUT",
            "EU28,AUT",
            "coalition_members.csv:2:1: unknown coalition 'EU28'",
        ),
        ("coalition_members.csv", "EU27,AUT", "EU27,OST", "coalition_members.csv:2:6: unknown member 'OST'"),
        (
            "coalition_members.csv",
            "1958-01-01",
            "1/1/1958",
            "is not a date; write 2025, 2025-10 or 2025-10-01",
        ),
        ("lists.csv", ",yes,33,", ",yes,34,", "KOR-critical 2023-02-27: 33 entries, the list has 34"),
        (
            "list_members.csv",
            "KOR-critical,2023-02-27,lithium",
            "KOR-critical,2023,lithium",
            "has no edition '2023'",
        ),
        ("institutions.csv", "22,KOR-MOTIE", "22,KOR-MOTI", "'KOR-MOTI' is not in institutions.csv"),
        ("glossary.csv", ",term,", ",word,", "unknown kind 'word'; known are term, element, mineral"),
        (
            "application_map.csv",
            "PV cells,photovoltaics",
            "PV cells,pv",
            "unknown application 'pv'; known are 52 others",
        ),
        (
            "applications.csv",
            "id,en,ko,ja",
            "id,en,ja,ko",
            "applications.csv:1:1: columns are id,en,ja,ko; expected",
        ),
        ("groups.csv", "\nfuel,", "\nlithium,", "group 'lithium' has the name of a mineral"),
    ],
)
def test_a_bad_record_is_told_with_its_place(
    hatch_build: ModuleType, tree: Path, edit: Edit, file: str, old: str, new: str, fault: str
) -> None:
    edit(file, old, new)
    assert any(fault in found for found in faults(hatch_build, tree))


def test_an_alias_for_two_minerals_names_both_lines(hatch_build: ModuleType, tree: Path, edit: Edit) -> None:
    edit("minerals.csv", "columbium", "tungsten")
    (found,) = (text for text in faults(hatch_build, tree) if "tungsten" in text)
    assert found.startswith("minerals.csv:")
    assert "already stands for 'niobium' (line 39)" in found


def test_all_faults_of_all_files_are_told_at_once(hatch_build: ModuleType, tree: Path, edit: Edit) -> None:
    edit("minerals.csv", "Gallium,refined,", "Gallium,smelter,")
    edit("stages.csv", "\nore,ore,", "\nore,,")
    edit("hs_codes.csv", "250310,sulphur,ore", "250310,sulphur,oar")
    write_wording(tree, en="a: [", ko="a: x", ja="a: y")
    found = faults(hatch_build, tree)
    assert {text.partition(":")[0] for text in found} == {
        "minerals.csv",
        "stages.csv",
        "hs_codes.csv",
        "en/brief.yaml",
    }


def test_short_lines_empty_lines_and_missing_files(hatch_build: ModuleType, tree: Path, edit: Edit) -> None:
    edit("footnotes.csv", "\nformer,", "\n\nformer,one,too,many,")
    (tree / "src/pactolus/terms/data/statuses.csv").unlink()
    found = faults(hatch_build, tree)
    assert "footnotes.csv:5:1: empty line" in found
    assert "footnotes.csv:6:1: 7 cells, the header has 4" in found
    assert "statuses.csv:1:1: the file is missing" in found


def test_wording_is_compiled_with_its_line(hatch_build: ModuleType, tree: Path) -> None:
    text = "title: {}\nsection:\n  lead: {}\n"
    write_wording(tree, en=text.format("A", "B"), ko=text.format("가", "나"), ja=text.format("あ", "い"))
    hatch_build.compile_all(tree)
    ko = json.loads((tree / "src/pactolus/wording/compiled/ko.json").read_text(encoding="utf-8"))
    assert ko == {"brief.section.lead": ["나", "ko/brief.yaml:3"], "brief.title": ["가", "ko/brief.yaml:1"]}


def test_a_room_without_wording_compiles_to_nothing(hatch_build: ModuleType, tree: Path) -> None:
    hatch_build.compile_all(tree)
    assert (tree / "src/pactolus/wording/compiled/en.json").read_text(encoding="utf-8") == "{}\n"


@pytest.mark.parametrize(
    ("texts", "fault"),
    [
        (("a: x\nb: y", "a: x", "a: x\nb: y"), "en/brief.yaml:2:1: brief.b is missing in ko"),
        (("a: x", "a: x\n\nc: y", "a: x"), "ko/brief.yaml:3:1: brief.c is missing in en, ja"),
        (("a: 3", "a: x", "a: x"), "en/brief.yaml:1:1: brief.a: expected a text, found 3; put it in quotes"),
        (("a: x\na: y", "a: x", "a: x"), "en/brief.yaml:2:1: found duplicate key"),
        (("- a", "a: x", "a: x"), "en/brief.yaml:1:1: expected keys with texts"),
        (("a:\n  b: ''", "a: x", "a: x"), "en/brief.yaml:2:3: brief.a.b: expected a text"),
    ],
)
def test_bad_wording_is_told_with_its_place(
    hatch_build: ModuleType, tree: Path, texts: tuple[str, str, str], fault: str
) -> None:
    write_wording(tree, **dict(zip(("en", "ko", "ja"), texts, strict=True)))
    assert any(found.startswith(fault) for found in faults(hatch_build, tree))


def test_the_command_line(
    hatch_build: ModuleType, tree: Path, edit: Edit, capsys: pytest.CaptureFixture[str]
) -> None:
    assert hatch_build.main([], tree) == 0
    written = len(list(tree.glob("src/pactolus/*/compiled/*.json")))
    assert f"compiled {written} files" in capsys.readouterr().out
    assert hatch_build.main([], tree) == 0
    assert capsys.readouterr().out == ""
    (tree / "src/pactolus/terms/compiled/minerals.json").unlink()
    assert hatch_build.main([], tree) == 0
    written = len(list(tree.glob("src/pactolus/*/compiled/*.json")))
    assert f"compiled {written} files" in capsys.readouterr().out
    edit("stages.csv", "\nore,ore,", "\nore,,")
    assert hatch_build.main([], tree) == 2
    assert "stages.csv:2:5: no en name for 'ore'\n1 fault(s); nothing was written" in capsys.readouterr().err


def test_a_stray_result_is_removed(hatch_build: ModuleType, tree: Path) -> None:
    hatch_build.compile_all(tree)
    stray = tree / "src/pactolus/terms/compiled/old.json"
    stray.write_text("{}", encoding="utf-8")
    hatch_build.compile_all(tree)
    assert not stray.exists()


def test_a_vocabulary_that_was_not_compiled_names_the_mend() -> None:
    with pytest.raises(PactolusError, match="the vocabulary is not compiled; run 'make compile'"):
        loading.compiled("nothing")


def test_faults_of_the_concordance(hatch_build: ModuleType, tree: Path, edit: Edit) -> None:
    edit("hs_concordance.csv", "HS96,250410,250410,equal,", "HS97,25041,250499,same,")
    edit("hs_concordance.csv", "HS96,250700,250700", "HS96,250490,250700")
    edit("hs_concordance.csv", "wider,holds 2503.10 and 2503.90 of HS92,", "wider,,")
    edit("hs_code_changes.csv", "HS02,beside,262099,", "HS02,gone,2620.99,")
    found = "\n".join(faults(hatch_build, tree))
    assert "hs_concordance.csv:2:26: 'wider' needs a note: what does the code hold?" in found
    assert "hs_concordance.csv:3:1: unknown edition 'HS97'; known are HS96, HS02" in found
    assert "hs_concordance.csv:3:6: '25041' is not six digits" in found
    assert "hs_concordance.csv:3:12: '250499' is not in hs_codes.csv" in found
    assert "hs_concordance.csv:3:19: unknown relation 'same'; known are equal, part_of" in found
    assert "HS96 250490 already stands in line 4" in found
    assert "unknown change 'gone'; known are ended, divided, wider, narrower, beside" in found
    assert "'2620.99' is not six digits" in found
