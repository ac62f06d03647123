"""How far production and trade of a mineral, stage and year can be used together: A, B or C, with reasons.

- **A**: the balance is usable. **B**: usable with care. **C**: trade only, no net of production and trade.
- no grade: there is no data, which is not a good grade.

The grade is the worst that any reason allows. "Good" means that little had to be changed, not that the
figures are true.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from pactolus.catalogue.origins import Claim, Term
from pactolus.network.balances import MOST_UNKNOWN, Balances, scope_of, scoped
from pactolus.terms.content import balance_scopes
from pactolus.terms.hs_codes import hs_codes

__all__ = [
    "GRADES",
    "LIMITS",
    "REASONS",
    "Limit",
    "grade_claim",
    "grade_table",
    "grade_term",
    "reason_claims",
]

GRADES: Final = ("A", "B", "C")


@dataclass(frozen=True, kw_only=True)
class Limit:
    """Up to `good` a figure speaks for A, up to `fair` for B, above for C; `worst` caps how far it goes."""

    good: float
    fair: float
    worst: str = "C"


#: Limits of the figures of the table `grades`; the reason is ``<figure>`` for B and ``<figure>_much`` for C.
#: What the repair took off wrong weights does not make a grade C: what rests on estimates does.
LIMITS: Final[Mapping[str, Limit]] = {
    "flow_moved": Limit(good=0.05, fair=0.15),
    "value_altered": Limit(good=0.10, fair=0.25),
    "weight_altered": Limit(good=0.15, fair=float("inf"), worst="B"),
    "content_unknown": Limit(good=0.02, fair=MOST_UNKNOWN),
    "content_range": Limit(good=0.50, fair=float("inf"), worst="B"),
    "content_unconfirmed": Limit(good=0.10, fair=float("inf"), worst="B"),
    "reexports": Limit(good=0.25, fair=0.50),
    "unrecorded_exports": Limit(good=0.10, fair=0.25),
    "not_covered": Limit(good=0.05, fair=0.20),
}

#: Reasons that are no figure: id -> the best grade that they leave; empty = no grade at all.
_PLAIN: Final[Mapping[str, str]] = {
    "no_production": "C",
    "shared_code": "C",
    "not_balanced": "C",
    "codes_incomplete": "B",
    "chain_assumed": "B",
    "content_decides": "B",
    "year_incomplete": "B",
    "no_code": "",
    "no_trade_data": "",
}
_MUCH: Final = tuple(f"{name}_much" for name, limit in LIMITS.items() if limit.worst == "C")
#: The closed list of reasons, in the order in which they are told; words in `wording/<language>/grades.yaml`.
REASONS: Final = (*_PLAIN, *_MUCH, *LIMITS)

_PLACE: Final = ("mineral", "stage", "year")
_FIGURES: Final = (
    *("flow_moved", "flow_moved_low", "flow_moved_high", "value_altered", "weight_altered"),
    *(
        "content_unknown",
        "content_unconfirmed",
        "reexports",
        "coverage",
        "unrecorded_exports",
        "content_range",
    ),
)


def grade_table(
    contained: pl.DataFrame,
    production: pl.DataFrame,
    balances: Balances,
    countries: pl.DataFrame,
    *,
    incomplete: Collection[int] = (),
) -> pl.DataFrame:
    """Grade, figures and reasons of every mineral and stage, in every year of `production`.

    Parameters
    ----------
    contained, production : DataFrame
        As for `pactolus.network.balances.balance_all`, of the years wanted.
    balances : Balances
    countries : DataFrame
        The table of `pactolus.network.balances.balance_table`.
    incomplete : collection of int
        Years of whose trade some countries have not reported yet.

    Returns
    -------
    DataFrame
        The table `pactolus.network.tables.GRADES`, sorted by its key. Every stage at which a mineral has a
        code, or production, has a row for every year. [1]
    """
    years = production.select("year").unique()
    places = _places(production).join(years, how="cross")
    trade = _trade_figures(scoped(contained, production))
    figures = (
        places.join(trade, on=_PLACE, how="left")
        .join(_production_figures(production), on=_PLACE, how="left")
        .join(_country_figures(countries), on=_PLACE, how="left")
        .join(balances.moved, on=_PLACE, how="left")
        .with_columns(not_covered=1 - pl.col("coverage"))
    )
    reasons = pl.concat_list(_plain_reasons(incomplete) + _limit_reasons()).list.drop_nulls()
    graded = figures.with_columns(reasons=reasons).with_columns(grade=_worst())
    return graded.select(
        *_PLACE,
        "grade",
        "source",
        *_FIGURES,
        pl.when(pl.col("reasons").list.len() > 0).then(pl.col("reasons").list.join(",")).alias("reasons"),
    ).sort(*_PLACE)


def grade_term(grade: str | None) -> Term:
    """A grade as it stands in a cell."""
    return Term("phrase", (f"grades.grade.{grade or 'none'}",))


def grade_claim(grade: str | None) -> Claim:
    """What a grade allows, in one sentence, to be worded in the reader's language."""
    return Claim(key=f"grades.what.{grade or 'none'}")


def reason_claims(reasons: str | None) -> tuple[Claim, ...]:
    """The reasons of a grade, one phrase each, in their order.

    Examples
    --------
    >>> [claim.key for claim in reason_claims("codes_incomplete,flow_moved")]
    ['grades.reason.codes_incomplete', 'grades.reason.flow_moved']
    """
    return tuple(Claim(key=f"grades.reason.{reason}") for reason in (reasons or "").split(",") if reason)


def _places(production: pl.DataFrame) -> pl.DataFrame:
    """Every mineral and stage with a code in the map or with production, and what is known of its codes."""
    made = production.select("mineral", "stage").unique().rows()
    coded = [(mineral, code.stage) for code in hs_codes().values() for mineral in code.minerals]
    rows = []
    for mineral, stage in sorted({*made, *coded}):
        scope = scope_of(mineral, stage)
        named = balance_scopes().get((mineral, stage))
        held = [c for c in hs_codes().values() if mineral in c.minerals and c.stage == stage]
        own = bool(scope.codes) or any(c.coding in ("own", "ended") for c in held)
        doubtful = named is not None and scope.chained and not scope.confirmed
        rows.append((mineral, stage, own, bool(held), not scope.complete, doubtful))
    names = ("mineral", "stage", "own_code", "any_code", "incomplete", "assumed")
    return pl.DataFrame(rows, names, orient="row")


def _trade_figures(rows: pl.DataFrame) -> pl.DataFrame:
    value, altered = pl.col("value_usd"), pl.col("altered")
    gross, published = pl.col("gross_kg").cast(pl.Float64), pl.col("published_kg").cast(pl.Float64)
    both = gross.is_not_null() & published.is_not_null()
    content = pl.col("contained_kg")
    return (
        rows.with_columns(stage="place")
        .group_by(_PLACE)
        .agg(
            value.sum().alias("traded"),
            _ratio(value.filter(altered).sum(), value.sum()).alias("value_altered"),
            _ratio((gross - published).abs().filter(both).sum(), published.filter(both).sum()).alias(
                "weight_altered"
            ),
            _ratio(value.filter(content.is_null()).sum(), value.sum()).alias("content_unknown"),
            _ratio(value.filter(pl.col("unconfirmed")).sum(), value.sum()).alias("content_unconfirmed"),
            _ratio(pl.col("contained_high_kg").sum() - pl.col("contained_low_kg").sum(), content.sum()).alias(
                "content_range"
            ),
        )
    )


def _production_figures(production: pl.DataFrame) -> pl.DataFrame:
    amount = pl.col("production_kg")
    named = amount.filter(pl.col("country") != "OTHER").sum()
    return production.group_by(_PLACE).agg(
        pl.col("source").first(), _ratio(named, amount.sum()).alias("coverage")
    )


def _country_figures(countries: pl.DataFrame) -> pl.DataFrame:
    exports = pl.col("exports_kg")
    covered = (pl.col("reexport_share") * exports).round().cast(pl.Int64)
    unrecorded = exports.filter(pl.col("production_kg").fill_null(0) == 0).sum()
    made = pl.col("production_kg").is_not_null().any()
    return countries.group_by(_PLACE).agg(
        _ratio(covered.sum(), exports.sum()).alias("reexports"),
        pl.when(made).then(_ratio(unrecorded, exports.sum())).alias("unrecorded_exports"),
    )


def _ratio(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    return pl.when(whole > 0).then(part / whole)


def _plain_reasons(incomplete: Collection[int]) -> list[pl.Expr]:
    traded = pl.col("traded").is_not_null()
    made, moved = pl.col("source").is_not_null(), pl.col("flow_moved").is_not_null()
    coded = pl.col("any_code") | pl.col("own_code")
    limit = LIMITS["flow_moved"]
    beyond = [
        (pl.col("flow_moved") <= edge) & (pl.col("flow_moved_high") > edge)
        for edge in (limit.good, limit.fair)
    ]
    met = {
        "no_production": traded & ~made,
        "shared_code": traded & ~pl.col("own_code"),
        "not_balanced": traded & made & ~moved,
        "codes_incomplete": traded & pl.col("incomplete"),
        "chain_assumed": traded & made & pl.col("assumed"),
        "content_decides": moved & pl.any_horizontal(beyond),
        "year_incomplete": traded & pl.col("year").is_in(sorted(incomplete)),
        "no_code": ~traded & ~coded,
        "no_trade_data": ~traded & coded,
    }
    return [_where(condition, name) for name, condition in met.items()]


def _limit_reasons() -> list[pl.Expr]:
    traded = pl.col("traded").is_not_null()
    much = [
        _where(traded & (pl.col(name) > LIMITS[name].fair), f"{name}_much")
        for name in (reason.removesuffix("_much") for reason in _MUCH)
    ]
    some = [
        _where(traded & (pl.col(name) > limit.good) & (pl.col(name) <= limit.fair), name)
        for name, limit in LIMITS.items()
    ]
    return much + some


def _where(condition: pl.Expr, reason: str) -> pl.Expr:
    return pl.when(condition).then(pl.lit(reason))


def _worst() -> pl.Expr:
    """The grade that the reasons leave: none at all, C, B or A."""
    reasons = pl.col("reasons")
    leaves = {**_PLAIN, **dict.fromkeys(_MUCH, "C"), **dict.fromkeys(LIMITS, "B")}
    met = {
        grade: reasons.list.set_intersection([n for n, g in leaves.items() if g == grade]).list.len() > 0
        for grade in ("", "C", "B")
    }
    return (
        pl.when(met[""])
        .then(pl.lit(None, pl.String))
        .when(met["C"])
        .then(pl.lit("C"))
        .when(met["B"])
        .then(pl.lit("B"))
        .otherwise(pl.lit("A"))
    )
