"""Study on the critical raw materials for the EU: its tables in CSV, and bad files."""

from __future__ import annotations

from pathlib import Path

import pytest

from pactolus.catalogue.readers import eu_crm
from pactolus.errors import DataError
from tests.catalogue.builders.workbook_files import accept_id, mended, read, text, told

SCORES = 'Material,Year,SR,EI\nAggregates,2011,-,-\nGallium,2023,3.9,3.7\n"Natural Teak\nwood",2023,2.6,2.1\n'
SHARES = (
    "Material,Stage,Country,Share,t\nFluorspar,E,Afghanistan,0.4%,1.0\nGypsum,E,Afghanistan,<0.1%,1.0\n"
    "Silicon metal,P,Germany,6,0.8\nNickel,P,Türkiye,12%,1.0\n"
)
USES = (
    "Material,Application,Share,NACE sector,VA in million €\n"
    'Gallium,Integrated circuits,70%,"C26 - Manufacture of computer, electronic and optical products",77000\n'
    '"Copper","Building construction, building plant",>0%,C32 - Other manufacturing,45912\n'
    "Zirconium,Other,7%,,\n"
)


def cp1252(tmp_path: Path, content: str, name: str = "fact_EUSupplyShares&t.csv") -> Path:
    """A table in the publisher's encoding."""
    return text(tmp_path / name, content, "cp1252")


def test_scores_with_groups_and_dashes(tmp_path: Path) -> None:
    file = cp1252(tmp_path, SCORES, "scores.csv")
    tables, findings = read(eu_crm, file)
    assert findings.kept == []
    assert tables["eu_criticality"].rows() == [
        ("Aggregates", 2011, None, None, "line 2"),
        ("Gallium", 2023, 3.9, 3.7, "line 3"),
        ("Natural Teak wood", 2023, 2.6, 2.1, "line 5"),
    ]
    assert eu_crm.criticality(file).equals(tables["eu_criticality"].drop("place"))
    assert eu_crm.edition(file).title.endswith("for the EU: scores over time")


def test_shares_below_a_bound_and_without_a_sign(tmp_path: Path) -> None:
    file = cp1252(tmp_path, SHARES)
    tables, findings = read(eu_crm, file)
    assert findings.kept == []
    assert tables["supply_shares"].drop("place").rows() == [
        ("Fluorspar", "extraction", "EU", "Afghanistan", "AFG", 0.004, False),
        ("Gypsum", "extraction", "EU", "Afghanistan", "AFG", 0.001, True),
        ("Silicon metal", "processing", "EU", "Germany", "DEU", 0.06, False),
        ("Nickel", "processing", "EU", "Türkiye", "TUR", 0.12, False),
    ]
    assert eu_crm.supply_shares(file, "global")["scope"].to_list() == ["global"] * 4
    assert eu_crm.edition(file).title.endswith("shares of supply to the EU")


@pytest.mark.parametrize(
    ("name", "scope"),
    [
        ("fact_GlobalSupplyShares&t.csv", "global"),
        ("fact_EUSupplyShares&t.csv", "EU"),
        ("global_supply_shares.csv", "global"),
        ("eu supply.csv", "EU"),
    ],
)
def test_the_scope_is_in_the_files_name(tmp_path: Path, name: str, scope: str) -> None:
    assert read(eu_crm, cp1252(tmp_path, SHARES, name))[0]["supply_shares"]["scope"][0] == scope


def test_shares_of_an_unknown_scope(tmp_path: Path) -> None:
    assert told(eu_crm, cp1252(tmp_path, SHARES, "shares.csv")) == [
        "shares.csv: the file's name: does not say whether these are shares of the world or of the EU; "
        "name it 'fact_GlobalSupplyShares&t.csv' or 'fact_EUSupplyShares&t.csv'"
    ]


def test_uses_more_than_nothing_is_a_gap(tmp_path: Path) -> None:
    file = cp1252(tmp_path, USES, "uses.csv")
    assert read(eu_crm, file)[0]["end_uses"].rows() == [
        (2, "Gallium", "Integrated circuits", 0.7, "C26", "line 2"),
        (3, "Copper", "Building construction, building plant", None, "C32", "line 3"),
        (4, "Zirconium", "Other", 0.07, None, "line 4"),
    ]


def test_a_repeated_use_is_dropped_for_a_user_and_kept_for_the_records(tmp_path: Path) -> None:
    file = cp1252(tmp_path, USES + "Zirconium,Other,7%,,\n", "uses.csv")
    assert mended(eu_crm, file) == [
        "line 5: material Zirconium, application_text Other, nace2 None stands 2 times, equal; kept once"
    ]
    assert read(eu_crm, file)[0]["end_uses"].height == 3
    assert eu_crm.end_uses(file).height == 4


def test_another_encoding_is_read_and_said(tmp_path: Path) -> None:
    assert mended(eu_crm, text(tmp_path / "eu_supply.csv", SHARES)) == [
        "the file: UTF-8 where the publisher uses cp1252; read as UTF-8"
    ]
    broken = tmp_path / "eu_supply.csv"
    broken.write_bytes(SHARES.encode("cp1252").replace(b"Nickel", b"Nick\x81el"))
    assert told(eu_crm, broken)[0] == (
        "eu_supply.csv: line 5: byte 0x81 is neither UTF-8 nor cp1252; save the file as UTF-8"
    )


def test_every_fault_of_the_shares_at_once(tmp_path: Path) -> None:
    bad = SHARES + (
        "Tin,E,Peru,many,1\nTin,X,Peru,1%,1\nTin,E,Xyzzy,1%,1\nTin,E,Peru,120%,1\n,E,Peru,1%,1\n"
        'Tin,E,Bolivia,=1/3,1\nTin,E,Chile,,1\nTin,E,Brazil,"1,5%",1\n'
    )
    assert told(eu_crm, cp1252(tmp_path, bad, "eu_supply.csv")) == [
        "eu_supply.csv: line 10: no material is named; name it or remove the line",
        "eu_supply.csv: line 7: stage 'X' is neither E nor P; correct it",
        "eu_supply.csv: line 8: country 'Xyzzy' is not known; correct the name, or add it to --names FILE",
        "eu_supply.csv: line 6: share 'many' is no per cent; write it as '12%', '<1%' or '>0%'",
        "eu_supply.csv: line 12: no share; write it as '12%', '<1%' or '>0%'",
        "eu_supply.csv: line 13: share '1,5%' is no per cent; write it as '12%', '<1%' or '>0%'",
        "eu_supply.csv: line 9: share '120%' is above 100 %; correct it",
        "eu_supply.csv: line 11: share '=1/3' is no per cent; write it as '12%', '<1%' or '>0%'",
    ]


def test_every_fault_of_the_scores_at_once(tmp_path: Path) -> None:
    bad = SCORES + "Tin,20x1,1,1\nTin,2023,high,1\nTin,2020,39,1\nGallium,2023,1.0,3.7\n"
    lines = told(eu_crm, cp1252(tmp_path, bad, "scores.csv"))
    assert [line.rpartition(" (accept")[0] or line for line in lines] == [
        "scores.csv: line 6: year '20x1' is no year; correct it",
        "scores.csv: line 7: 'high' is no number, and no word that this publisher uses for a gap; "
        "correct the cell or empty it",
        "scores.csv: line 8: SR '39' is no score of the study, which lie below 10; check the decimal point",
        "scores.csv: line 9: material Gallium, year 2023 stands 2 times with different values: (3.9, "
        "3.7) and "
        "(1.0, 3.7); keep the right row; accepted, the first one is taken",
    ]
    good = cp1252(tmp_path, SCORES + "Gallium,2023,1.0,3.7\n", "scores.csv")
    (line,) = told(eu_crm, good)
    assert read(eu_crm, good, [accept_id(line)])[0]["eu_criticality"].height == 3


def test_a_total_and_a_footnote(tmp_path: Path) -> None:
    file = cp1252(tmp_path, SHARES + "Tin,E,Total,100%,1\nTin,E,Perua,30%,1\n", "eu_supply.csv")
    assert mended(eu_crm, file) == [
        "line 7: country 'Perua'; read as 'Peru': a footnote mark is glued to it",
        "line 6: row 'Total'; left out: it adds up other rows",
    ]
    tin = read(eu_crm, file)[0]["supply_shares"].filter(material="Tin")
    assert tin.select("country", "share").rows() == [("PER", 0.3)]


def test_one_country_under_two_names(tmp_path: Path) -> None:
    file = cp1252(tmp_path, SHARES + "Nickel,P,Turkey,11%,1\n", "eu_supply.csv")
    (line,) = told(eu_crm, file)
    assert line.startswith(
        "eu_supply.csv: line 6: material Nickel, stage processing, scope EU, country TUR stands 2 times with "
        "different values: (0.12, False) and (0.11, False); keep the right row; accepted, the first one is "
        "taken (accept: "
    )


def test_missing_and_renamed_columns(tmp_path: Path) -> None:
    assert told(eu_crm, cp1252(tmp_path, SHARES.replace("Share,t", "Shares,t"), "eu_supply.csv")) == [
        "eu_supply.csv: line 1: no column 'Share'; is it 'Shares'?; "
        "give the file in the publisher's layout, or rename the column"
    ]
    assert told(eu_crm, cp1252(tmp_path, "Material,Application\nTin,Solder\n", "u.csv")) == [
        "u.csv: line 1: no column 'Share'; give the file in the publisher's layout, or rename the column",
        "u.csv: line 1: no column 'NACE sector'; give the file in the publisher's layout, or rename the "
        "column",
    ]
    semicolons = SCORES.replace(",", ";")
    assert mended(eu_crm, cp1252(tmp_path, semicolons, "s.csv")) == [
        "line 1: cells are separated by ';'; read so"
    ]


def test_a_line_that_is_cut_off(tmp_path: Path) -> None:
    assert told(eu_crm, cp1252(tmp_path, SHARES[:-10], "eu_supply.csv"))[0] == (
        "eu_supply.csv: line 5: 3 cells under 5 headings; the line is cut off: restore it"
    )


def test_tables_that_are_not_used_or_not_of_the_study(tmp_path: Path) -> None:
    groups = cp1252(tmp_path, "screened_material,perm_XREE_PGM\ndysprosium,HREE\n", "groups.csv")
    tables, findings = read(eu_crm, groups)
    assert tables == {}
    assert findings.message() == ""
    assert mended(eu_crm, groups) == ["the file: groups of materials; left out: no table of ours needs them"]
    assert eu_crm.edition(groups).title == ""
    assert told(eu_crm, cp1252(tmp_path, "a,b\n1,2\n", "x.csv")) == [
        "x.csv: line 1: no table of the study has the columns a, b; give the table as the study prints it"
    ]
    assert told(eu_crm, cp1252(tmp_path, "", "x.csv"))[0] == (
        "x.csv: line 1: the file is empty; give the publisher's own file"
    )


def test_one_error_with_all_faults_for_the_embedded_world(tmp_path: Path) -> None:
    file = cp1252(tmp_path, SHARES + "Tin,X,Peru,many,1\n")
    with pytest.raises(DataError) as caught:
        eu_crm.supply_shares(file, "EU")
    assert len(str(caught.value).splitlines()) == 2
