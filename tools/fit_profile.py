"""Fit the monthly profile of a licence and write the aggregates that the package ships.

    python -m tools.fit_profile FOLDER

FOLDER holds `china_exports_hs6_monthly_graphite.csv`: UN Comtrade, China as reporter, monthly, columns
`period_dt, partner_name, hs6, val, qty`. Its terms forbid to ship the rows; only the fit is written. Press
figures are read from `src/pactolus/disruption/data/monthly_series.csv`.
"""

from __future__ import annotations

import argparse
from csv import DictWriter
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any, Final

import polars as pl

from pactolus.disruption.effects.profile import press_points
from pactolus.disruption.effects.profile_fit import fit_profile

FILE: Final = "china_exports_hs6_monthly_graphite.csv"
OUT: Final = Path(__file__).resolve().parents[1] / "src/pactolus/disruption/data/monthly_profile.csv"
#: Natural graphite in powder or flakes: all of it is under the licence. 3801.10 is not used: the licence
#: covers a part of that code only.
CODE: Final = "250410"
ANNOUNCED: Final = date(2023, 10, 20)
EFFECTIVE: Final = date(2023, 12, 1)
#: Dates of no measure: first and last month; their windows end before the announcement.
QUIET: Final = (date(2018, 7, 1), date(2022, 9, 1))
SOURCE: Final = (
    "UN Comtrade, China as reporter, HS 2504.10 monthly by partner: fit of our own, the rows are not shipped"
)
COLUMNS: Final = (
    "event", "kind", "what", "month", "low", "mid", "high",
    "normal_low", "normal_mid", "normal_high", "series", "coverage", "basis", "source",
)  # fmt: skip


def monthly(folder: Path, code: str = CODE) -> pl.DataFrame:
    """The file in the columns of `fit_profile`."""
    rows = pl.read_csv(folder / FILE, schema_overrides={"hs6": pl.String}, try_parse_dates=True)
    return rows.filter(pl.col("hs6") == code).select(
        pl.col("period_dt").cast(pl.Date).alias("month"),
        pl.col("partner_name").alias("partner"),
        pl.col("hs6").alias("hs_code"),
        pl.col("qty").alias("quantity_kg"),
        pl.col("val").alias("value_usd"),
    )


def quiet(rows: pl.DataFrame) -> pl.DataFrame:
    """What the same fit finds where there was no measure: 10, 50 and 90 % over the months of `QUIET`."""
    parts = []
    for number in range(QUIET[0].year * 12 + QUIET[0].month - 1, QUIET[1].year * 12 + QUIET[1].month):
        day = date(number // 12, number % 12 + 1, 1)
        told = date((number - 2) // 12, (number - 2) % 12 + 1, 20)
        parts.append(fit_profile(rows, told, day).select("what", "month", "mid"))
    return (
        pl.concat(parts)
        .group_by("what", "month", maintain_order=True)
        .agg(
            pl.col("mid").quantile(0.1, "linear").alias("normal_low"),
            pl.col("mid").median().alias("normal_mid"),
            pl.col("mid").quantile(0.9, "linear").alias("normal_high"),
        )
    )


def fitted(folder: Path) -> list[dict[str, Any]]:
    """Rows of the shipped table."""
    rows = monthly(folder)
    fit = fit_profile(rows, ANNOUNCED, EFFECTIVE).join(
        quiet(rows), on=["what", "month"], how="left", nulls_equal=True, maintain_order="left"
    )
    head = {"event": "CHN_GRAPHITE_2023", "kind": "licence", "basis": "fit", "source": SOURCE}
    found = [head | row for row in fit.to_dicts()]
    for point in press_points():
        if point["kind"] == "licence":
            said = {"event": point["event"], "kind": "licence", "what": "factor", "month": point["month"]}
            text = f"{point['material']}, {point['series']}, against {point['base']}: {point['source']}"
            ends = dict.fromkeys(("low", "mid", "high"), point["ratio"])
            found.append(said | ends | {"series": 1, "basis": "press", "source": text})
    return found


def written(rows: list[dict[str, Any]]) -> str:
    """The table as text, floats with twelve digits."""
    text = StringIO()
    table = DictWriter(text, COLUMNS, lineterminator="\n")
    table.writeheader()
    for row in rows:
        table.writerow({c: f"{v:.12g}" if isinstance(v := row.get(c), float) else v for c in COLUMNS})
    return text.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    OUT.write_text(written(fitted(parser.parse_args().folder)), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
