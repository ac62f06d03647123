"""What is found in a file: told once, with place and mend; ids, limits, and the table that travels."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.catalogue.reading.findings import KINDS, Finding, Findings, refuse_if_any, shown_name
from pactolus.catalogue.rules import faults_of
from pactolus.catalogue.world import conform, spec_of
from pactolus.errors import DataError

SPEC = spec_of("findings")


def finding(**changed: str) -> Finding:
    told = {"file": "a/b.csv", "kind": "number", "place": "line 3", "found": "'x'", "mend": "correct it"}
    return Finding(weight="doubted", **(told | changed))  # type: ignore[arg-type]


def test_a_line_says_where_what_and_the_mend() -> None:
    one = finding()
    assert str(one) == f"a/b.csv: line 3: 'x'; correct it (accept: {one.id})"


def test_an_id_follows_content_and_place_and_not_the_folder_or_the_advice() -> None:
    one = finding()
    assert finding(file="elsewhere/b.csv").id == finding(mend="look again").id == one.id
    others = {finding(**{k: "other"}).id for k in ("file", "place", "found")} | {finding(kind="unit").id}
    assert len(others | {one.id}) == 5
    assert len(one.id) == 10


def test_a_kind_that_is_none_is_a_fault_of_the_program() -> None:
    with pytest.raises(ValueError, match="unknown kind of finding 'typo'; there are archive, encoding"):
        Findings("f").refuse("typo", "line 1", "x", "y")


def test_refused_findings_are_shown_up_to_a_limit_and_counted() -> None:
    found = Findings("f.csv")
    for line in range(100):
        found.refuse("number", f"line {line}", "'x'", "correct it")
    found.refuse("unit", "line 5", "'lb'", "use t", times=3)
    found.mended("total", "line 9", "row 'Total'", "left out")
    lines = found.message().splitlines()
    assert lines[0] == "f.csv: line 0: 'x'; correct it"
    assert lines[8] == f"f.csv: and 92 more of the same kind ({KINDS['number']})"
    assert lines[9:] == [
        "f.csv: line 5: 'lb'; use t",
        f"f.csv: and 2 more of the same kind ({KINDS['unit']})",
    ]
    with pytest.raises(DataError, match="line 0: 'x'"):
        found.require_usable()


def test_one_finding_that_stands_for_many_hides_no_other() -> None:
    found = Findings("f.csv")
    found.refuse("number", "line 1", "'x'", "correct it", times=500)
    found.refuse("number", "line 2", "'y'", "correct it")
    assert "line 2: 'y'" in found.message()


def test_no_doubted_finding_is_lost_behind_a_limit() -> None:
    found = Findings("f.csv")
    for line in range(200):
        assert not found.doubt("slip", f"line {line}", "10 against 1", "check the unit")
    assert found.message().count("(accept: ") == 200


def test_accepted_findings_do_not_stand_in_the_way() -> None:
    mark = finding(file="f.csv", kind="slip").id
    found = Findings("f.csv", accepted={mark, "0000000000"})
    assert found.doubt("slip", "line 3", "'x'", "check it")
    assert found.used == {mark}
    found.require_usable()
    assert not found.doubt("slip", "line 4", "'x'", "check it")
    assert [f.place for f in found.refusals] == ["line 4"]


def test_one_error_for_several_files() -> None:
    first, sound, last = Findings("a"), Findings("b"), Findings("c")
    first.refuse("layout", "line 1", "empty", "fetch it")
    last.doubt("slip", "line 2", "ten times", "check it")
    with pytest.raises(DataError) as caught:
        refuse_if_any([first, sound, last])
    assert str(caught.value) == f"a: line 1: empty; fetch it\n{last.kept[0]}"
    refuse_if_any([sound])


def test_where_all_is_doubted_the_way_to_accept_it_is_shown() -> None:
    found = Findings("a")
    for line in (1, 2):
        found.doubt("slip", f"line {line}", "ten times", "check it")
    ids = ",".join(f.id for f in found.kept)
    with pytest.raises(DataError, match=rf"\nif these are right as they are: --accept {ids}$"):
        refuse_if_any([found])


def test_findings_of_parts_are_added_up() -> None:
    whole, part = (
        Findings("f", accepted={finding(file="f").id}),
        Findings("f", accepted={finding(file="f").id}),
    )
    part.doubt("number", "line 3", "'x'", "correct it")
    part.mended("name", "line 1", "'Japane'", "read as 'Japan'", times=4)
    whole.mended("name", "line 1", "'Japane'", "read as 'Japan'")
    whole.absorb(part)
    assert whole.counts["mended", "name"] == 5
    assert whole.used == {finding(file="f").id}
    table = whole.as_table()
    assert table.select("weight", "done", "count").rows() == [
        ("mended", "read as 'Japan'", 5),
        ("accepted", "taken as it is", 1),
    ]


events = st.tuples(
    st.sampled_from(["mended", "doubt"]),
    st.sampled_from(["name", "total", "slip"]),
    st.integers(1, 4),
    st.integers(1, 60),
)


@given(st.lists(events, max_size=80))
def test_the_table_satisfies_its_specification_and_counts_everything(
    told: list[tuple[str, str, int, int]],
) -> None:
    doubts = {finding(file="f", kind=k, place=f"line {n}", found="x").id for _, k, n, _ in told}
    found = Findings("f", accepted=doubts)
    mended = accepted = 0
    for weight, kind, line, times in told:
        if weight == "mended":
            found.mended(kind, f"line {line}", "x", "y", times=times)
            mended += times
        else:
            found.doubt(kind, f"line {line}", "x", "y")
            accepted += 1
    table = conform(found.as_table(), SPEC)
    assert faults_of(table, SPEC) == []
    counted = dict(table.group_by("weight").agg(pl.col("count").sum()).iter_rows())
    assert counted.get("mended", 0) == mended
    assert counted.get("accepted", 0) == accepted


def test_a_file_is_named_by_its_last_two_parts() -> None:
    assert shown_name(Path("/a/b/c.csv")) == "b/c.csv"
    assert shown_name(Path("c.csv")) == "c.csv"
