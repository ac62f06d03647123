"""What is printed never tells one firm's figure: three firms at least, also by difference."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.errors import InputError, OptionError
from pactolus.projects import (
    MatchStudy,
    capabilities,
    match_firms,
    match_table,
    read_firms,
    read_slots,
    view_of,
)
from pactolus.projects.matching.companies import COMPANY_KINDS
from pactolus.projects.matching.example import write_example
from pactolus.projects.matching.guard import printable
from pactolus.projects.matching.reading import ROLES
from pactolus.projects.matching.tables import MATCH_NOTICE, MATCH_TABLES, match_notes

firms = st.frozensets(st.sampled_from("ABCDEFGH"), max_size=5)
trees = st.dictionaries(
    st.tuples(st.sampled_from(["equity", "offtake", "epc"]), st.sampled_from(["KOR", "JPN", "USA"])), firms
)


def vectors(
    leaves: dict[tuple[str, str], frozenset[str]], shown: set[tuple[str, str]]
) -> tuple[list[tuple[tuple[str, str], str]], np.ndarray]:  # type: ignore[type-arg]
    """Every printed figure as a sum of unknown figures, one for each firm in each leaf."""
    unknown = [(key, firm) for key in sorted(leaves) for firm in sorted(leaves[key])]
    rows = [
        [float(role in ("all", key[0]) and country in ("all", key[1])) for key, _ in unknown]
        for role, country in sorted(shown)
    ]
    return unknown, np.array(rows).reshape(len(rows), len(unknown))


@given(trees)
def test_no_figure_of_one_or_two_firms_follows_from_what_is_printed(
    leaves: dict[tuple[str, str], frozenset[str]],
) -> None:
    """Any sum that follows is a combination of rows; reduce them and look at the smallest groups."""
    shown = printable(leaves)
    unknown, rows = vectors(leaves, shown)
    rank = np.linalg.matrix_rank(rows) if rows.size else 0

    def follows(figure: list[float]) -> bool:
        return bool(np.linalg.matrix_rank(np.vstack([rows, figure])) == rank)

    for key, members in leaves.items():  # a leaf that is withheld
        if members and key not in shown and len(members) < 3:
            assert not follows([float(k == key) for k, _ in unknown])
    for firm in {name for _, name in unknown}:  # a firm's figures in any set of leaves, alone
        own = [k for k, (_, name) in enumerate(unknown) if name == firm]
        for at in own:
            assert not follows([float(k == at) for k in range(len(unknown))])
        assert not follows([float(k in own) for k in range(len(unknown))])
    for role in {key[0] for key in leaves}:  # a role that is withheld
        whole = frozenset().union(*(m for key, m in leaves.items() if key[0] == role))
        if whole and len(whole) < 3:
            assert not follows([float(k[0] == role) for k, _ in unknown])


@given(trees)
def test_what_is_printed_holds_three_firms(leaves: dict[tuple[str, str], frozenset[str]]) -> None:
    for role, country in printable(leaves):
        found = frozenset().union(
            *(m for (a, b), m in leaves.items() if role in ("all", a) and country in ("all", b))
        )
        assert len(found) >= 3


def test_secondary_suppression_takes_the_smallest_part() -> None:
    leaves = {
        ("offtake", "KOR"): frozenset("ABCD"),
        ("offtake", "JPN"): frozenset("EFG"),
        ("offtake", "USA"): frozenset("H"),
    }
    shown = printable(leaves)
    assert ("offtake", "KOR") in shown
    assert ("offtake", "JPN") not in shown  # else the one firm of USA would follow from the sum
    assert ("offtake", "all") in shown


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> MatchStudy:
    files = write_example(tmp_path_factory.mktemp("example"))
    return match_firms(read_firms(files[0]), read_slots(files[1]))


def test_every_row_carries_label_audience_and_notice(study: MatchStudy) -> None:
    everything = view_of(None, "the two officials named in the minutes", ())
    for name in MATCH_TABLES:
        table = match_table(study, name, everything)
        assert table.height
        assert set(table["label"]) == {"JPN:confidential+KOR:confidential"}
        assert set(table["notice"]) == {MATCH_NOTICE}
        assert set(table["audience"]) == {"the two officials named in the minutes"}
    assert "Korea: Monopoly Regulation and Fair Trade Act; Japan: Antimonopoly Act" in MATCH_NOTICE


def test_figures_over_few_firms_are_withheld_not_zero(study: MatchStudy) -> None:
    table = match_table(study, "summary", view_of(None, None, ()))
    withheld = table.filter(status="withheld")
    assert {"epc", "finance", "finance_lead", "processing"} <= set(withheld["role"])
    for column in ("firms", "quantity", "value_usd", "value_lost", "blocking_pairs"):
        assert withheld[column].null_count() == withheld.height
    shown = table.filter(status="ok")
    assert shown["firms"].min() >= 3  # type: ignore[operator]
    # the same rows whoever offers, and the same cells for every method
    cells = shown.group_by("method", maintain_order=True).agg(pl.struct("role", "country"))
    assert len({tuple(map(str, one)) for one in cells["role"]}) == 1


def test_a_firm_sees_its_own_rows_alone(study: MatchStudy) -> None:
    mine = view_of("Firm G (JPN)", None, {one.firm for one in study.lines})
    names = {one.firm for one in study.lines} - {"Firm G (JPN)"}
    for name in ("summary", "matching", "prices", "blocking"):
        text = match_table(study, name, mine).write_csv()
        assert not [other for other in names if other in text]
    table = match_table(study, "matching", mine)
    assert set(table["firm"]) == {"Firm G (JPN)"}
    assert table["project_value_usd"].null_count() == table.height
    prices = match_table(study, "prices", mine)
    assert prices["price_low_usd_per_unit"].null_count() == prices.height
    assert not [other for other in names if other in " ".join(match_notes(study, mine))]


def test_a_payment_that_a_rival_could_be_read_from_is_withheld(study: MatchStudy) -> None:
    mine = view_of("Firm D (KOR)", None, {one.firm for one in study.lines})
    row = match_table(study, "matching", mine).filter(method="transfers").row(0, named=True)
    assert row["role"] == "epc"  # two firms offer it: the payment would tell the other's bid
    assert (row["status"], row["payment_usd_per_unit"]) == ("withheld", None)


def test_tables_of_single_firms_need_a_view(study: MatchStudy) -> None:
    with pytest.raises(OptionError, match="--as FIRM shows its own"):
        match_table(study, "matching", view_of(None, None, ()))
    with pytest.raises(OptionError, match="it needs --secretariat WHO"):
        match_table(study, "projects", view_of("Firm G (JPN)", None, {"Firm G (JPN)"}))


def test_two_firms_leave_nothing_to_print(tmp_path: Path) -> None:
    files = write_example(tmp_path)
    kept = files[0].read_text("utf-8").splitlines(keepends=True)
    two = [kept[0], *(one for one in kept if one.startswith(("Firm A", "Firm G")))]
    files[0].write_text("".join(two), "utf-8")
    slots = files[1].read_text("utf-8")
    for name in "BDEFIJL":
        for text in (f"Firm {name} (KOR)", f"Firm {name} (JPN)"):
            slots = slots.replace(text, "Firm A (KOR)")
    plain = "\n".join(
        ",".join(cell if "Firm" not in cell else "" for cell in line.split(","))
        for line in slots.splitlines()
    )
    files[1].write_text(plain + "\n", "utf-8")
    found = match_firms(read_firms(files[0]), read_slots(files[1]))
    table = match_table(found, "summary", view_of(None, None, ()))
    assert set(table["status"]) == {"withheld"}
    assert not [one for one in match_notes(found, view_of(None, None, ())) if "%" in one and "value" in one]


def test_who_may_look() -> None:
    with pytest.raises(OptionError, match="use one of them"):
        view_of("A", "staff", {"A"})
    with pytest.raises(OptionError, match="say who may see the answer"):
        view_of(None, " ", {"A"})
    with pytest.raises(InputError) as error:
        view_of("Frim A", None, {"Firm A"})
    assert "Firm A" not in str(error.value).replace("Frim A", "")


# ---- public capabilities ----------------------------------------------------------------


def test_capabilities_have_a_source_and_nothing_from_memory() -> None:
    table = capabilities()
    assert table.height > 90
    assert set(table["kind"]) <= set(COMPANY_KINDS)
    assert set(table["shows_role"].drop_nulls()) <= set(ROLES)
    for column in ("company", "capability", "source_title", "publisher", "link", "read_on"):
        assert table[column].null_count() == 0
    assert not table["capability"].str.contains("recalled").any()
    assert table["link"].str.starts_with("http").all()
    assert {"K-SURE", "TDK", "Chiyoda"} & set(table["company"]) == set()


def test_no_named_company_in_the_example(study: MatchStudy) -> None:
    assert {one.firm for one in study.lines} & set(capabilities()["company"]) == set()
    assert all(one.firm.startswith("Firm ") for one in study.lines)
