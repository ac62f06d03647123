"""Files of firms and slots: what is read, and what is said of faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from pactolus.errors import DataError, InputError, NoAnswerError
from pactolus.projects import BundleLimits, match_firms, read_firms, read_slots
from pactolus.projects.matching.example import write_example

FIRM = "firm,country,role,mineral,hosts,not_hosts,capacity,least,value,values,prefers,apart,label\n"
SLOT = "slot,project,host,mineral,role,need,least,whole_equity,required,value,values,prefers,label\n"


def firms(folder: Path, *rows: str, head: str = FIRM) -> Path:
    file = folder / "firms.csv"
    file.write_text(head + "".join(f"{one}\n" for one in rows), "utf-8")
    return file


def slots(folder: Path, *rows: str, head: str = SLOT) -> Path:
    file = folder / "slots.csv"
    file.write_text(head + "".join(f"{one}\n" for one in rows), "utf-8")
    return file


def test_a_row_is_read_with_its_words_resolved(tmp_path: Path) -> None:
    row = "Firm A,South Korea,offtake,graphite,TZA; MOZ,,12.5,,100,S1=120; S2=80,S2 > S1,,"
    (one,) = read_firms(firms(tmp_path, row))
    assert (one.country, one.mineral, one.unit, one.capacity) == ("KOR", "natural-graphite", "t", 12.5)
    assert one.hosts == {"TZA", "MOZ"}
    assert dict(one.values) == {"S1": 120.0, "S2": 80.0}
    assert one.prefers == ("S2", "S1")
    assert str(one.label) == "KOR:confidential"  # nothing said: the strictest level of the country
    assert one.source == "firms.csv:2"


def test_all_faults_of_firms_at_once_with_their_place(tmp_path: Path) -> None:
    file = firms(
        tmp_path,
        "Firm A,KOR,offtak,graphite,,,-5,,100,,,,",
        "Firm B,KOR,epc,,,,1.00001,2,,,,,KOR:secret",
        "Firm C,KOR,offtake,graphit,Tanzanya,,10,,x,S1,S1>S1,,",
        "Firm D,,offtake,,,,10,20,5,,,Firm D,",
    )
    with pytest.raises(InputError) as error:
        read_firms(file)
    text = str(error.value)
    for part in (
        "firms.csv:2:3: role: unknown role 'offtak'; did you mean 'offtake'?",
        "firms.csv:2:7: capacity: '-5'; give a quantity",
        "firms.csv:3:7: capacity: '1.00001' is finer than a thousandth",
        "firms.csv:3:9: value: no value and no values; a missing value is not zero",
        "firms.csv:3:13: label: label: unknown level of KOR 'secret'",
        "firms.csv:4:4: mineral: ",
        "firms.csv:4:5: hosts: ",
        "firms.csv:4:9: value: 'x' is not a number",
        "firms.csv:4:10: values: 'S1'; write NAME=NUMBER",
        "firms.csv:4:11: prefers: S1 stands twice",
        "firms.csv:5:2: country: is missing; add it",
        "firms.csv:5:8: least: 20 is more than the capacity 10",
        "firms.csv:5:12: apart: Firm D is the firm itself",
    ):
        assert part in text, text


def test_a_firm_has_one_country_and_knows_its_rivals(tmp_path: Path) -> None:
    file = firms(
        tmp_path,
        "Firm A,KOR,offtake,,,,1,,5,,,Frim B,",
        "Firm A,JPN,epc,,,,1,,5,,,,",
        "Firm B,JPN,epc,,,,1,,5,,,,",
    )
    with pytest.raises(InputError, match="a firm has one country") as error:
        read_firms(file)
    assert "apart: unknown firm 'Frim B'; did you mean 'Firm B'" in str(error.value)


def test_all_faults_of_slots_at_once(tmp_path: Path) -> None:
    file = slots(
        tmp_path,
        "S1,P,PRK,graphite,offtake,10,,,maybe,5,,,open",
        "S1,P,TZA,graphite,offtake,10,,20,,5,,,",
        "S2,P,MOZ,graphite,equity,10,11,5,,,,,open",
        "S3,Q,TZA,graphite,epc,1,,,,1,,,open",
        "S3,Q,MDG,graphite,epc,1,,,,1,,,open",
    )
    with pytest.raises(InputError) as error:
        read_slots(file)
    text = str(error.value)
    for part in (
        "slots.csv:2:3: host: PRK is under UN Security Council measures",
        "slots.csv:2:9: required: 'maybe'; yes or no",
        "slots.csv:3:8: whole_equity: belongs to slots of role equity, not offtake",
        "slots.csv:3:13: label: is missing; add it",
        "slots.csv:4:7: least: 11 is more than the need 10",
        "slots.csv:4:8: whole_equity: 5 is less than the need 10",
        "slots.csv:4:10: value: no value and no values",
        "slots.csv:6: slot: S3 stands twice, first at slots.csv:5",
        "slots.csv:6: host: Q is in MDG, at slots.csv:5 in TZA; a project has one host",
    ):
        assert part in text, text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("firm,country,role\nA,KOR,epc\n", "firms.csv:1:1: no column capacity; add it"),
        (FIRM.replace("apart", "apert") + "A\n", "did you mean 'apart'"),
        (FIRM.replace("apart", "value") + "A\n", "firms.csv:1:12: column 'value' stands twice"),
        (FIRM, "no rows; add one for each role"),
        (FIRM + 'A,"KOR\n', "cannot be read"),
        ("", "no column firm"),
    ],
)
def test_files_that_are_no_tables(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "firms.csv"
    file.write_text(text, "utf-8")
    with pytest.raises(DataError) as error:
        read_firms(file)
    assert message in str(error.value)


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none\.csv: cannot be read"):
        read_firms(tmp_path / "none.csv")
    (tmp_path / "slots.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match="not UTF-8 text"):
        read_slots(tmp_path / "slots.csv")
    with pytest.raises(InputError, match="15 cells for 13 columns"):
        read_firms(firms(tmp_path, "Firm A,KOR,epc,,,,1,,5,,,,,x,y"))


def test_names_of_the_other_file_are_checked(tmp_path: Path) -> None:
    lines = read_firms(firms(tmp_path, "Firm A,KOR,epc,,,,1,,5,S9=3,,,"))
    places = read_slots(slots(tmp_path, "S1,P,TZA,graphite,epc,1,,,,1,,Firm B,open"))
    with pytest.raises(InputError) as error:
        match_firms(lines, places, limits=BundleLimits(equity_cap=2.0, must=("Q",)))
    for part in (
        "firms.csv:2: values: unknown slot 'S9'",
        "slots.csv:2: prefers: unknown firm 'Firm B'",
        "equity_cap: 2; give a part",
        "must: unknown project 'Q'",
    ):
        assert part in str(error.value)


def test_two_rows_of_a_firm_for_one_slot_are_refused(tmp_path: Path) -> None:
    lines = read_firms(firms(tmp_path, "Firm A,KOR,epc,,,,1,,5,,,,", "Firm A,KOR,epc,graphite,,,1,,5,,,,"))
    places = read_slots(slots(tmp_path, "S1,P,TZA,graphite,epc,1,,,,1,,,open"))
    with pytest.raises(InputError, match=r"this row and that of firms\.csv:2 both fit S1"):
        match_firms(lines, places)


def test_nobody_fits(tmp_path: Path) -> None:
    lines = read_firms(firms(tmp_path, "Firm A,KOR,epc,,MOZ,,1,,5,,,,"))
    places = read_slots(slots(tmp_path, "S1,P,TZA,graphite,epc,1,,,,1,,,open"))
    with pytest.raises(NoAnswerError, match="no firm fits any slot"):
        match_firms(lines, places)


def test_hosts_of_concern_are_said(tmp_path: Path) -> None:
    lines = read_firms(firms(tmp_path, "Firm A,KOR,epc,,,,1,,5,,,,"))
    places = read_slots(slots(tmp_path, "S1,P,MMR,graphite,epc,1,,,,1,,,open"))
    found = match_firms(lines, places, methods=["stable"])
    assert any("hosts MMR: under sanctions or controls" in note for note in found.notes)


def test_methods_of_the_example_in_order_of_value(tmp_path: Path) -> None:
    files = write_example(tmp_path)
    found = match_firms(read_firms(files[0]), read_slots(files[1]))
    best = found.matched["transfers"].value
    assert found.assignment is not None
    assert found.assignment.dual_value == pytest.approx(best)
    for method, one in found.matched.items():
        assert one.value <= best * (1 + 1e-9)
        assert found.lost(method) == pytest.approx(1 - one.value / best)
    assert len(found.matched["stable"].blocking) == len(found.matched["stable_slots"].blocking) == 0
    assert len(found.matched["transfers"].blocking) > 0
    assert str(found.label) == "JPN:confidential+KOR:confidential"
