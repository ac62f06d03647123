"""A user's own spreadsheet: round trips, faults with cells, nothing written by halves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from pactolus.errors import InputError, OptionError
from pactolus.projects import Project, read_projects, shipped_projects
from pactolus.projects.pipeline.columns import EXAMPLE
from pactolus.projects.pipeline.flat import FLAT, flat_template
from pactolus.projects.pipeline.importing import changes_of, differences, read_spreadsheet, write_records
from pactolus.projects.pipeline.parts import Event, Owner, Source
from pactolus.projects.pipeline.records import as_plain, project_of
from pactolus.projects.pipeline.sheets_out import example, template, workbook
from pactolus.projects.pipeline.yaml_out import as_yaml

TODAY = date(2026, 12, 1)
Row = dict[str, Any]
FIGURE: Row = {"project": "MY-1", "on": "2025-05", "source": "s"}
SHEETS: dict[str, list[Row]] = {
    "projects": [
        {
            **{"id": "MY-1", "name": "Long Ridge", "host": "MDG", "minerals": "nickel; cobalt"},
            **{"status": "dfs", "status_on": datetime(2025, 5, 1), "status_source": "s"},
            **{"start_year": 2030, "start_on": "2025-05", "start_source": "s"},
        }
    ],
    "products": [
        {
            **{**FIGURE, "mineral": "nickel", "stage": "ore", "what": "nickel concentrate"},
            **{"form": "sulphide concentrate", "value": 40, "unit": "kt/y", "basis": "contained", "of": "Ni"},
        }
    ],
    "capex": [{**FIGURE, "million": "1,500", "currency": "USD", "kind": "project"}],
    "owners": [{**FIGURE, "holder": "A", "country": "KOR", "share_pct": 60}],
    "sources": [
        {"key": "s", "title": "T", "publisher": "P", "read_on": datetime(2026, 1, 2), "locator": "p. 3"}
    ],
}


def book(file: Path, change: Callable[[Any], None] = lambda _: None, **more: list[Row]) -> Path:
    """The template with rows of our own below its example."""
    file.write_bytes(template())
    held = openpyxl.load_workbook(file)
    for name, rows in SHEETS.items():
        sheet = held[name]
        headings = [str(cell.value).rstrip(" *") for cell in sheet[1]]
        for row in [*rows, *more.get(name, [])]:
            assert set(row) <= set(headings), (name, row)
            sheet.append([row.get(heading) for heading in headings])
    change(held)
    held.save(file)
    return file


def faults_of(file: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_spreadsheet(file, today=TODAY)
    return str(caught.value).splitlines()


def test_rows_become_a_record_and_the_example_is_left_out(tmp_path: Path) -> None:
    read = read_spreadsheet(book(tmp_path / "p.xlsx"), today=TODAY)
    (record,) = read.records
    assert read.left_out == (f"p.xlsx: the example of the template ({EXAMPLE})",)
    assert record.status is not None
    assert record.status.on == "2025-05-01"  # a cell that the office program holds as a day
    assert record.capex[0].million == 1500
    assert record.products[0].capacity[0].value == 40
    assert record.sources["s"].read_on == "2026-01-02"


def test_every_fault_names_its_cell_and_all_are_told_at_once(tmp_path: Path) -> None:
    def spoil(held: Any) -> None:
        held["products"]["F3"] = "40 kt"
        held["projects"]["D3"] = "MDX"
        held["capex"]["B1"] = "milion"

    more = [
        {"project": "MY-1", "holder": "B", "country": "JPNN", "share_pct": 50, "on": "2025", "source": "q"},
        {"project": "MY-2", "holder": "B", "country": "JPN", "share_pct": 50, "on": "2025", "source": "s"},
    ]
    lines = faults_of(book(tmp_path / "p.xlsx", spoil, owners=more))
    wanted = [
        "p.xlsx: sheet 'capex': cell B1: no such column 'milion'; did you mean 'million'?",
        "p.xlsx: sheet 'products': cell F3: found '40 kt'; write a number alone; the unit has a column",
        "p.xlsx: sheet 'owners': cell A6: no project 'MY-2' in this file; did you mean 'MY-1'?",
        "p.xlsx: sheet 'capex': row 3: million: is missing; add it",
        "p.xlsx: sheet 'projects': cell D3: unknown country or region 'MDX'",
        "p.xlsx: sheet 'owners': cell C5: unknown country or region 'JPNN'; did you mean 'JPN'?",
        "p.xlsx: sheet 'owners': cell H5: no source 'q' in this record; it has s",
        "p.xlsx: sheet 'projects': row 3: owners: the shares add up to 110 % (60 + 50)",
    ]
    assert len(lines) == len(wanted)
    for line, start in zip(lines, wanted, strict=True):
        assert line.startswith(start)


@pytest.mark.parametrize(
    ("cell", "value", "message"),
    [
        (("products", "F3"), -40, "sheet 'products': cell F3: found -40; a capacity is not negative"),
        (("products", "F3"), 40000, "sheet 'products': cell F3: found 40000 kt/y"),
        (("products", "G3"), "kt", "sheet 'products': cell G3: found 'kt'; write t/y, kt/y, Mt/y or kg/y"),
        (("capex", "C3"), "USB", "sheet 'capex': cell C3: unknown currency 'USB'"),
        (("projects", "I3"), "running", "sheet 'projects': cell I3: found 'running'; write exploration"),
        (("projects", "A3"), None, "sheet 'products': cell A3: no project 'MY-1' in this file"),
        (("projects", "N3"), "soon", "sheet 'projects': cell N3: found 'soon'; write a number"),
        (("sources", "B3"), None, "sheet 'sources': row 3"),
    ],
)
def test_bad_cells(tmp_path: Path, cell: tuple[str, str], value: object, message: str) -> None:
    def spoil(held: Any) -> None:
        held[cell[0]][cell[1]] = value

    lines = faults_of(book(tmp_path / "p.xlsx", spoil))
    if cell == ("sources", "B3"):
        assert any("sheet 'sources': cell " in line or "a source without a key" in line for line in lines)
    else:
        assert any(message in line for line in lines), lines


def test_an_exploration_that_should_have_started_and_a_duplicate(tmp_path: Path) -> None:
    def spoil(held: Any) -> None:
        headings = [str(c.value).rstrip(" *") for c in held["projects"][1]]
        held["projects"].cell(3, headings.index("status") + 1).value = "exploration"
        held["projects"].cell(3, headings.index("start_year") + 1).value = 2020

    twin = {**SHEETS["projects"][0], "id": "MY-9", "name": "LONGRIDGE project"}
    lines = faults_of(book(tmp_path / "p.xlsx", spoil, projects=[twin]))
    assert any("found 2020, before today (2026-12-01), with status 'exploration'" in line for line in lines)
    assert any(
        line.startswith("p.xlsx: sheet 'projects': cell B4: may be MY-1") and "one name" in line
        for line in lines
    )


def test_a_project_that_is_shipped_under_another_id(tmp_path: Path) -> None:
    def rename(held: Any) -> None:
        held["projects"]["B3"] = "AMBATOVY Nickel-Cobalt project"

    with pytest.raises(InputError, match=r"cell B3: may be MDG-NI-AMBATOVY \(africa.yaml:\d+\) once more"):
        read_spreadsheet(book(tmp_path / "p.xlsx", rename), known=shipped_projects(), today=TODAY)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("p.xlsx", b"no zip", "is no xlsx workbook"),
        ("p.ods", b"", "ends in '.ods'; give an .xlsx or a .csv file"),
        ("p.csv", b"id,nam\n1,2\n", "no such column 'nam'; did you mean 'name'?"),
        ("p.csv", b"\xff\xfe\x00", "not UTF-8"),
    ],
)
def test_files_that_are_none(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_spreadsheet(tmp_path / name)
    assert message in str(caught.value)
    with pytest.raises(InputError, match="there is no such file"):
        read_spreadsheet(tmp_path / "none.xlsx")


def test_records_to_a_workbook_and_back(tmp_path: Path) -> None:
    """All shipped records, every part of them, come back as they were."""
    file = tmp_path / "all.xlsx"
    file.write_bytes(workbook(shipped_projects()))
    read = read_spreadsheet(file)
    assert read.records == shipped_projects()
    assert workbook(read.records) == file.read_bytes()


def test_records_to_yaml_and_back(tmp_path: Path) -> None:
    file = tmp_path / "all.yaml"
    file.write_text(as_yaml([*shipped_projects(), example()], "Two\nlines"), encoding="utf-8")
    assert list(read_projects([file])) == sorted([*shipped_projects(), example()], key=lambda p: p.id)


words = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp", "Zs"]), min_size=1, max_size=12
)
texts = st.lists(words, min_size=1, max_size=25).map(" ".join)
numbers = st.floats(0, 100, allow_nan=False)


@settings(phases=[Phase.explicit, Phase.reuse, Phase.generate])  # a shrunk example takes minutes
@given(what=texts, note=texts | st.none(), million=numbers, title=texts, holder=texts, share=numbers)
def test_any_words_come_back_from_yaml(
    tmp_path_factory: pytest.TempPathFactory,
    what: str,
    note: str | None,
    million: float,
    title: str,
    holder: str,
    share: float,
) -> None:
    made = replace(
        example(),
        name=title,
        sources={"study": Source(title=title, publisher=what, read_on="2026-03-31", locator=holder)},
        owners=(Owner(holder=holder, share_pct=share, on="2026-03", source=("study",), note=note),),
        history=(
            Event(kind="other", what=what, million=million, currency="USD", on="2025", source=("study",)),
        ),
    )
    file = tmp_path_factory.mktemp("any") / "one.yaml"
    file.write_text(as_yaml([made]), encoding="utf-8")
    (back,) = read_projects([file])
    assert back == made


def test_plain_values_come_back() -> None:
    for record in shipped_projects():
        assert project_of(as_plain(record)) == record


def own_records(folder: Path) -> tuple[Project, ...]:
    return read_projects(sorted(folder.glob("*.yaml")))


def test_an_import_is_shown_then_written_then_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "projects"
    records = read_spreadsheet(book(tmp_path / "p.xlsx"), today=TODAY).records
    (first,) = changes_of(records, ())
    assert first.state == "new"
    (file,) = write_records([first], folder, (), heading="From p.xlsx")
    assert file.read_text(encoding="utf-8").startswith("# From p.xlsx\n\n- id: MY-1\n")
    held = own_records(folder)
    (again,) = changes_of(records, held)
    assert (again.state, again.differences) == ("same", ())
    assert write_records([again], folder, held) == ()


def test_a_record_is_written_over_only_when_asked(tmp_path: Path) -> None:
    folder = tmp_path / "projects"
    (record,) = read_spreadsheet(book(tmp_path / "p.xlsx"), today=TODAY).records
    write_records(changes_of([record], ()), folder, ())
    held = own_records(folder)
    bigger = replace(record, capex=(replace(record.capex[0], million=1800.0),))
    other = replace(record, id="MY-2", name="Elsewhere")
    changes = changes_of([bigger, other], held)
    assert changes[0].differences == (("capex[1].million", "1500", "1800"),)
    with pytest.raises(OptionError, match="MY-1: in the workspace already, and different; add --replace"):
        write_records(changes, folder, held)
    assert [one.name for one in folder.iterdir()] == ["MY-1.yaml"]  # not by halves
    write_records(changes, folder, held, replace=True)
    assert [one.capex[0].million for one in own_records(folder)] == [1800, 1500]


def test_a_record_in_a_file_with_others_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "projects"
    folder.mkdir()
    (record,) = read_spreadsheet(book(tmp_path / "p.xlsx"), today=TODAY).records
    (folder / "many.yaml").write_text(as_yaml([record]), encoding="utf-8")
    held = own_records(folder)
    changes = changes_of([replace(record, name="Long Ridge deposit")], held)
    with pytest.raises(
        OptionError, match=r"MY-1: stands in many.yaml, not in a file of its own \(MY-1.yaml\)"
    ):
        write_records(changes, folder, held, replace=True)


def test_differences_name_what_was_and_what_becomes() -> None:
    one = example()
    other = replace(one, also_known_as=(), doubts="Other.")
    assert differences(one, other) == (
        ("also_known_as", '["Nowhere"]', None),
        ("doubts", "Everything here is fictitious.", "Other."),
    )


def test_the_template_offers_lists_and_an_example(tmp_path: Path) -> None:
    file = tmp_path / "t.xlsx"
    file.write_bytes(template())
    held = openpyxl.load_workbook(file)
    assert held.sheetnames[:3] == ["read me", "projects", "products"]
    assert {"owners", "offtakers", "sources", "gate", "lists"} <= set(held.sheetnames)
    rules = held["products"].data_validations.dataValidation
    assert {rule.formula1.split("!")[0] for rule in rules} == {"lists"}
    assert len(rules) >= 4
    assert held["projects"]["A2"].value == EXAMPLE
    assert "fictitious" in str(held["projects"]["B2"].value)
    assert held["projects"]["A1"].value == "id *"


def test_the_same_template_twice() -> None:
    assert template() == template()


def test_the_flat_form(tmp_path: Path) -> None:
    file = tmp_path / "flat.csv"
    text = flat_template().replace(EXAMPLE, "MY-1").replace("ATA", "MDG").replace(",yes\n", ",\n")
    file.write_text(text, encoding="utf-8")
    (record,) = read_spreadsheet(file, today=TODAY).records
    assert record.products[0].mineral == "copper"
    assert [(o.holder, o.share_pct, o.country) for o in record.owners] == [
        ("Nowhere Mining", 80, ("AUS",)),
        ("Example Metals", 20, ("JPN",)),
    ]
    assert record.capex[0].on == "2026-03"
    assert record.sources["row"].publisher == "Nowhere Mining (fictitious)"


def test_faults_of_the_flat_form_name_line_and_column(tmp_path: Path) -> None:
    file = tmp_path / "flat.csv"
    lines = flat_template().replace(EXAMPLE, "MY-1").splitlines()
    bad = (
        lines[1]
        .replace(",120,kt/y", ",many,kt")
        .replace(",900,,,USD", ",900,,,USB")
        .replace(",ATA,", ",ATX,")
    )
    file.write_text("\n".join([lines[0], bad, bad]) + "\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_spreadsheet(file, today=TODAY)
    said = str(caught.value)
    for message in (
        "flat.csv:2: column capacity: found 'many'; write a number",
        "flat.csv:2: column capacity_unit: found 'kt'; write t/y, kt/y, Mt/y or kg/y",
        "flat.csv:2: column capex_currency: unknown currency 'USB'",
        "flat.csv:2: column host: unknown country or region 'ATX'",
        "flat.csv:3: column id: 'MY-1' stands twice; ids are unique",
    ):
        assert message in said


def test_the_flat_form_has_no_heading_twice() -> None:
    names = [one.name for one in FLAT]
    assert len(names) == len(set(names))
