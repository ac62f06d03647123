"""What monthly rows say of themselves: status by status, and the file that a user gives."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pactolus.errors import DataError, InputError
from pactolus.warning.signals.reading import read_series, score_series
from pactolus.warning.signals.series import STATUSES, added_up, monthly_series
from tests.warning.signals.rows import months, rows_of

AS_OF = date(2030, 1, 15)
HEAD = "period,partner,hs6,value_usd,quantity_kg"


def statuses(frame: pl.DataFrame, as_of: date = AS_OF) -> dict[tuple[str, str], str]:
    table = monthly_series(frame, as_of=as_of).table
    return {(row["partner"], row["period"].isoformat()[:7]): row["status"] for row in table.to_dicts()}


def read(tmp_path: Path, *lines: str, head: str = HEAD, as_of: date = AS_OF):
    file = tmp_path / "series.csv"
    file.write_text("\n".join((head, *lines)) + "\n", encoding="utf-8")
    return read_series(file, as_of=as_of)


def test_a_missing_row_says_whether_others_were_reported() -> None:
    found = statuses(rows_of({"A": [1, None, None, 1], "B": [1, 1, None, 1]}))
    assert found["A", "2015-02"] == "no_row"
    assert found["A", "2015-03"] == found["B", "2015-03"] == "missing_month"


def test_a_flow_that_stops_is_looked_for_for_twelve_months() -> None:
    table = monthly_series(rows_of({"A": [1.0] * 5, "B": [1.0] * 30}), as_of=AS_OF).table
    gone = table.filter(status="no_row")["period"]
    assert (gone.min(), gone.max(), len(gone)) == (date(2015, 6, 1), date(2016, 5, 1), 12)


def test_months_and_publications_after_the_day_take_no_part() -> None:
    frame = rows_of({"A": [1.0, 2.0, 3.0]}).with_columns(
        published=pl.Series([date(2015, 2, 10), date(2015, 6, 1), date(2015, 4, 1)])
    )
    table = monthly_series(frame, as_of=date(2015, 4, 15)).table
    assert table["status"].to_list() == ["ok", "future", "ok"]
    assert table["reason"][1] == "published 2015-06-01, after 2015-04-15"
    assert statuses(frame, date(2015, 3, 30))["A", "2015-03"] == "future"


def test_a_later_publication_takes_the_place_of_the_earlier_once_it_is_known() -> None:
    first = rows_of({"A": [4.0]}).with_columns(published=date(2015, 2, 10))
    later = rows_of({"A": [5.0]}).with_columns(published=date(2015, 5, 10))
    both = pl.concat([later, first])
    series = monthly_series(both, as_of=AS_OF)
    assert series.usable.select("kg", "status", "reason").row(0) == (5.0, "revised", "revised on 2015-05-10")
    assert series.doubtful["status"].sort().to_list() == ["revised", "superseded"]
    assert monthly_series(both, as_of=date(2015, 3, 1)).usable["kg"].to_list() == [4.0]


def test_a_month_twice_counts_once_or_not_at_all() -> None:
    one = rows_of({"A": [4.0]})
    alike = monthly_series(pl.concat([one, one]), as_of=AS_OF)
    assert alike.table["status"].to_list() == ["ok", "duplicate"]
    other = monthly_series(pl.concat([one, rows_of({"A": [5.0]})]), as_of=AS_OF)
    assert other.table["status"].to_list() == ["conflicting"] * 2
    assert other.usable.is_empty()
    assert set(other.table["reason"]) == {"the month stands 2 times with different figures"}


def test_weights_and_values_that_take_no_part() -> None:
    frame = rows_of({"A": [1.0, 2.0, 3.0, -4.0, 5.0, 0.0]}).with_columns(
        quantity_kg=pl.Series([None, 2.0, 0.0, -4.0, 5.0, 0.0]),
        value_usd=pl.Series([2.0, None, 6.0, 8.0, 9.0, 0.0]),
        currency=pl.Series(["USD", None, "usd", "USD", "KRW", "USD"]),
    )
    table = monthly_series(frame, as_of=AS_OF).table
    assert table["status"].to_list() == [
        "no_weight",
        "no_value",
        "no_weight",
        "negative",
        "currency_change",
        "ok",
    ]
    assert table["kg"].to_list() == [None, 2.0, None, None, 5.0, 0.0]
    assert table["price"].to_list() == [None] * 6
    assert table["quantity_kg"][3] == -4.0
    estimated = rows_of({"A": [1.0]}).with_columns(estimated=pl.lit(value=True))
    assert monthly_series(estimated, as_of=AS_OF).table.select("status", "kg").row(0) == ("estimated", None)


def test_every_status_has_a_meaning() -> None:
    assert {"ok", "missing_month", "no_row", "unit_jump", "partial"} <= STATUSES.keys()


def test_codes_of_a_partner_are_added_up_where_all_are_known() -> None:
    a = rows_of({"A": [1.0, 2.0, 3.0, None], "B": [1.0] * 4})
    b = rows_of({"A": [10.0, 20.0, None, 40.0]}).with_columns(hs6=pl.lit("380110"))
    b = b.with_columns(quantity_kg=pl.Series([10.0, None, 40.0]))
    series = added_up(monthly_series(pl.concat([a, b]), as_of=AS_OF))
    own = series.table.filter(partner="A")
    assert own["hs6"].unique().to_list() == ["250410+380110"]
    assert own["kg"].to_list() == [11.0, None, 3.0, 40.0]
    assert own["status"].to_list() == ["ok", "no_weight", "partial", "partial"]
    assert own["reason"].to_list()[1:3] == ["380110 no_weight", "380110 no_row"]
    assert series.table.filter(partner="B")["hs6"].unique().to_list() == ["250410"]
    assert series.notes == ("codes added up by partner: 250410+380110 (--by-code keeps them apart)",)


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (pl.DataFrame({"period": [date(2020, 1, 1)]}), "no column partner, value_usd or quantity_kg"),
        (rows_of({"A": [1.0]}).with_columns(period=date(2020, 1, 5)), "give the first day of each month"),
    ],
)
def test_rows_that_are_no_monthly_series(frame: pl.DataFrame, message: str) -> None:
    with pytest.raises(DataError, match=message):
        monthly_series(frame, as_of=AS_OF)


def test_the_file_may_write_months_and_codes_in_several_ways(tmp_path: Path) -> None:
    series = read(
        tmp_path,
        "2023-11,China,2504.10,10,5,note",
        "202312,China,250410,,5,",
        "2024-01-01,China,250410,1e3,5,",
        "",
        head="\ufeff" + HEAD + ",remark",
    )
    assert series.table["period"].to_list() == [date(2023, 11, 1), date(2023, 12, 1), date(2024, 1, 1)]
    assert series.table["status"].to_list() == ["ok", "no_value", "ok"]
    assert series.table["line"].to_list() == [2, 3, 4]
    assert series.notes == ("series.csv: column 'remark' is not read",)


def test_all_faults_of_a_file_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(
            tmp_path,
            "2023-11-15,China,250410,10,5",
            '11/2023,,25041000,"1,000",n/a',
            "2023-13,China,2504,-,5,9",
        )
    assert str(caught.value).splitlines() == [
        "series.csv:2:1: period: '2023-11-15' is a day; add up to months, and write 2023-11",
        "series.csv:3:1: period: '11/2023' is no month; write 2023-11",
        "series.csv:3:2: partner: is missing",
        "series.csv:3:3: hs6: '25041000' has 8 digits; add up to the first six, 250410",
        "series.csv:3:4: value_usd: '1,000' has a comma; write 1000 or use a point",
        "series.csv:3:5: quantity_kg: 'n/a' is not a number; leave the cell empty where there is no figure",
        "series.csv:4:6: 6 cells, and 5 columns; numbers have no thousands separators, text with a comma "
        "stands in quotes",
        "series.csv:4:1: period: '2023-13': there is no such month",
        "series.csv:4:3: hs6: '2504' is no code of the Harmonized System of six digits",
        "series.csv:4:4: value_usd: '-' is not a number; leave the cell empty where there is no figure",
    ]


def test_very_many_faults_are_counted(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"series\.csv: and 30 more"):
        read(tmp_path, *["x,China,250410,1,1"] * 50)


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ("period,partnr,hs6,value_usd", "1:2: no such column 'partnr'; did you mean 'partner'?"),
        ("period,partner,hs6,value_usd", "1:1: no column quantity_kg; needed are period, partner"),
        (f"{HEAD},hs6", "1:6: column hs6 stands twice; keep one"),
        (f"{HEAD},curency", "1:6: no such column 'curency'; did you mean 'currency'?"),
        (HEAD.replace(",", ";"), "1:1: cells are apart by ';'; use commas"),
    ],
)
def test_columns_that_cannot_be_used(tmp_path: Path, head: str, message: str) -> None:
    with pytest.raises(DataError) as caught:
        read(tmp_path, "2023-11,China,250410,1,1", head=head)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("cell", "at", "message"),
    [
        ("sideways", "flow", "'sideways'; import or export"),
        ("soon", "published", "'soon' is no day; write 2024-02-15"),
        ("perhaps", "estimated", "'perhaps'; yes or no"),
    ],
)
def test_further_columns(tmp_path: Path, cell: str, at: str, message: str) -> None:
    with pytest.raises(InputError, match=f"series\\.csv:2:6: {at}: {message}"):
        read(tmp_path, f"2023-11,China,250410,1,1,{cell}", head=f"{HEAD},{at}")


def test_files_that_are_no_table(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none.csv: cannot be read \(No such file"):
        read_series(tmp_path / "none.csv", as_of=AS_OF)
    with pytest.raises(DataError, match=r"series.csv: has no row of data"):
        read(tmp_path)
    (tmp_path / "korean.csv").write_bytes(HEAD.encode() + "\n한국".encode("cp949"))
    with pytest.raises(DataError, match=r"no CSV text in UTF-8"):
        read_series(tmp_path / "korean.csv", as_of=AS_OF)


def test_another_currency_shows_as_a_jump_and_moves_no_price() -> None:
    kg = [100.0, 110.0, 90.0] * 5
    frame = rows_of({"A": kg})
    won = pl.when(pl.col("period") == months(15)[13]).then(1300.0).otherwise(1.0)
    found = score_series(frame.with_columns(pl.col("value_usd") * won), as_of=AS_OF, by_code=True)
    jump = found.detail.filter(signal="data")
    assert jump.select("period", "status", "reason").rows() == [
        (months(15)[13], "unit_jump", "another currency or unit?")
    ]
    prices = found.signals.filter(pl.col("signal").str.starts_with("price"), period=months(15)[13])
    assert set(prices["status"]) == {"unit_jump"}
    assert found.signals.filter(signal="export_surge", period=months(15)[13])["value"].item() == 1.1


def test_tonnes_in_place_of_kilograms_take_no_part_in_volume_either() -> None:
    kg = [100.0, 110.0, 90.0] * 5
    tonnes = pl.when(pl.col("period") == months(15)[13]).then(1e-3).otherwise(1.0)
    frame = rows_of({"A": kg}).with_columns(pl.col("quantity_kg") * tonnes)
    found = score_series(frame, as_of=AS_OF)
    assert found.alerts.is_empty()
    row = found.signals.filter(signal="volume_anomaly", period=months(15)[13]).row(0, named=True)
    assert (row["value"], row["status"]) == (None, "no_value")
