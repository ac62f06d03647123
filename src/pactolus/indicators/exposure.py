"""Joint exposure: what several importers have in common, and where they could cover each other.

Shares are shares of customs value, which is never missing. Each member's basket is its own (a fellow member
may be a supplier in it); the joint basket is what the members import from outside the group.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import combinations

import polars as pl

from pactolus.errors import OptionError
from pactolus.indicators.flows import Members, basket_codes, concentration_table, imports_by_supplier
from pactolus.terms.countries import entity
from pactolus.terms.minerals import resolve_minerals

__all__ = ["baskets", "bill_similarity", "joint_exposure", "overlap_and_cosine"]

_PLACE = ("mineral", "stage")
_JOINT = "+joint"


def joint_exposure(
    trade: pl.DataFrame | pl.LazyFrame,
    members: Sequence[str],
    year: int,
    *,
    minerals: str | Iterable[str] = "all",
    on: date | None = None,
) -> pl.DataFrame:
    """What members share, mineral by mineral and stage by stage.

    Parameters
    ----------
    trade : frame[hs_code, importer, exporter, year, quantity_kg, value_usd]
    members : sequence of str
        Two or more countries or coalitions, e.g. ``["KOR", "JPN"]``.
    year : int
    minerals : str or iterable of str
        As `pactolus.terms.minerals.resolve_minerals` takes them.
    on : date, optional
        Day for which the members of a dated coalition are taken; the last recorded ones if omitted.

    Returns
    -------
    DataFrame
        One row a mineral and stage with a code of its own or a shared one, sorted by them. Columns:

        - mineral, stage, year
        - status: ``ok`` if every member imported, else ``no_trade_data`` or ``no_code``
        - for each member, its id in front: ``<member>_status`` (``no_trade_data`` = a code, but no flow),
          ``_value_usd`` (imports), ``_suppliers`` (their number), ``_first`` (largest supplier, ISO 3166
          alpha-3), ``_first_share`` and ``_hhi`` (of value) [USD, 1]
        - joint_value_usd, joint_first, joint_first_share, joint_hhi: imports of all members from outside
        - inside_value_usd: trade among the members [USD]
        - same_first: all members have the same largest supplier
        - overlap: sum over suppliers of the smallest share; cosine: of the baskets, mean over pairs; common:
          chance that one dollar of each of two members comes from one supplier (sum of products of shares,
          mean over pairs), all 0-1
        - complement: largest suppliers differ, and the joint basket is less concentrated than every member's
        - rank: by `common`, 1 = most exposed together; empty without data

        A column that cannot be computed is empty, never zero.

    Raises
    ------
    OptionError
        If there are fewer than two members, or one twice.
    UnknownTermError
        If a member or mineral is unknown.
    """
    group = _require_members(members, on)
    codes = basket_codes(resolve_minerals(minerals if isinstance(minerals, str) else list(minerals)))
    own = baskets(trade, codes, group, year)
    joint = {_JOINT: tuple(sorted({c for g in group.values() for c in g}))}
    outside = imports_by_supplier(trade, codes, joint, [year])
    table = codes.select(*_PLACE).unique().sort(*_PLACE).with_columns(year=pl.lit(year, pl.Int64))
    known = _codes_in(trade, codes)
    table = table.join(known, on=_PLACE, how="left", maintain_order="left")
    for member in group:
        table = _with_member(table, own.filter(pl.col("importer") == member), member)
    table = _with_joint(table, outside)
    table = table.join(overlap_and_cosine(own, list(group)), on=_PLACE, how="left", maintain_order="left")
    return _judged(table, list(group)).drop("in_world")


def baskets(
    trade: pl.DataFrame | pl.LazyFrame, codes: pl.DataFrame, members: Members, year: int
) -> pl.DataFrame:
    """Supplier shares by value of each member's own imports.

    Returns
    -------
    DataFrame[mineral, stage, importer, year, exporter, value_usd, share]
        A coalition's basket is what it imports from outside; sorted by the key. [USD, 1]
    """
    flows = imports_by_supplier(trade, codes, members, [year])
    flows = flows.filter(~pl.col("inside"), pl.col("value_usd") > 0)
    total = flows.group_by(*_PLACE, "importer", maintain_order=True).agg(
        pl.col("value_usd").sum().alias("total")
    )
    joined = flows.join(total, on=[*_PLACE, "importer"], how="left", maintain_order="left")
    return joined.select(
        *_PLACE,
        "importer",
        "year",
        "exporter",
        "value_usd",
        (pl.col("value_usd") / pl.col("total")).alias("share"),
    )


def overlap_and_cosine(baskets: pl.DataFrame, members: Sequence[str]) -> pl.DataFrame:
    """How alike the members' baskets are.

    Parameters
    ----------
    baskets : DataFrame[mineral, stage, importer, exporter, share]
        As `baskets` gives it.
    members : sequence of str
        Two or more of its importers.

    Returns
    -------
    DataFrame[mineral, stage, overlap, cosine, common]
        Places where every member imports. `overlap` = sum over suppliers of the smallest share; `cosine` and
        `common` (sum of products of shares) are means over pairs of members. All 0-1.
    """
    wide = baskets.pivot(on="importer", index=[*_PLACE, "exporter"], values="share").sort(*_PLACE, "exporter")
    absent = [m for m in members if m not in wide.columns]
    if absent:
        return pl.DataFrame(
            schema={"mineral": pl.String, "stage": pl.String}
            | dict.fromkeys(("overlap", "cosine", "common"), pl.Float64)
        )
    shares = wide.with_columns(pl.col(list(members)).fill_null(0.0))
    pairs = list(combinations(members, 2))
    product = {p: (pl.col(p[0]) * pl.col(p[1])).sum() for p in pairs}
    length = {m: (pl.col(m) ** 2).sum().sqrt() for m in members}
    everyone = pl.all_horizontal(*((pl.col(m).sum() > 0) for m in members))
    table = shares.group_by(*_PLACE, maintain_order=True).agg(
        pl.min_horizontal(*members).sum().clip(0.0, 1.0).alias("overlap"),
        pl.mean_horizontal(*((product[p] / (length[p[0]] * length[p[1]])) for p in pairs))
        .clip(0.0, 1.0)
        .alias("cosine"),
        pl.mean_horizontal(*product.values()).alias("common"),
        everyone.alias("everyone"),
    )
    return table.filter("everyone").drop("everyone")


def bill_similarity(
    trade: pl.DataFrame | pl.LazyFrame,
    members: Sequence[str],
    year: int,
    *,
    minerals: str | Iterable[str] = "all",
    on: date | None = None,
) -> pl.DataFrame:
    """How alike the members' import bills are: which codes they spend on, whoever supplies.

    Parameters
    ----------
    trade, members, year, minerals, on
        As for `joint_exposure`.

    Returns
    -------
    DataFrame[member_a, member_b, year, status, value_a_usd, value_b_usd, codes_both, overlap, cosine]
        One row a pair. `overlap` is the index of Finger and Kreinin: sum over codes of the smaller share,
        0-1; every code counts once, also where it holds several minerals.

    Raises
    ------
    OptionError
        If there are fewer than two members, or one twice.

    References
    ----------
    .. [1] J. M. Finger, M. E. Kreinin, "A Measure of 'Export Similarity' and Its Possible Uses", The Economic
    Journal
       89(356), 1979, p. 905.
    """
    group = _require_members(members, on)
    codes = basket_codes(resolve_minerals(minerals if isinstance(minerals, str) else list(minerals)))
    each = codes.unique("hs_code").with_columns(mineral=pl.col("hs_code"), stage=pl.lit(""))
    flows = imports_by_supplier(trade, each.sort("hs_code"), group, [year]).filter(~pl.col("inside"))
    bill = flows.group_by("mineral", "importer", maintain_order=True).agg(pl.col("value_usd").sum())
    spent: dict[str, dict[str, int]] = {m: {} for m in group}
    for code, member, value in bill.iter_rows():
        if value:
            spent[member][code] = value
    rows = [(a, b, year, *_similar(spent[a], spent[b])) for a, b in combinations(group, 2)]
    texts, whole, real = (
        ("member_a", "member_b"),
        ("value_a_usd", "value_b_usd", "codes_both"),
        ("overlap", "cosine"),
    )
    schema: dict[str, pl.DataType] = dict.fromkeys(texts, pl.String()) | {
        "year": pl.Int64(),
        "status": pl.String(),
    }
    schema |= dict.fromkeys(whole, pl.Int64()) | dict.fromkeys(real, pl.Float64())
    return pl.DataFrame(rows, schema=schema, orient="row")


def _similar(
    a: dict[str, int], b: dict[str, int]
) -> tuple[str, int | None, int | None, int | None, float | None, float | None]:
    total_a, total_b = sum(a.values()), sum(b.values())
    if not total_a or not total_b:
        return "no_trade_data", total_a or None, total_b or None, None, None, None
    both = sorted(a.keys() & b.keys())
    overlap = sum(min(a[c] / total_a, b[c] / total_b) for c in both)
    product = sum(a[c] * b[c] for c in both)
    lengths = sum(v * v for v in a.values()) * sum(v * v for v in b.values())
    return "ok", total_a, total_b, len(both), min(1.0, overlap), min(1.0, product / lengths**0.5)


def _require_members(members: Sequence[str], on: date | None) -> dict[str, tuple[str, ...]]:
    if isinstance(members, str) or len(members) < 2:
        raise OptionError(f"joint exposure: members is {members!r}; name two or more, e.g. ['KOR', 'JPN']")
    group = {e.id: e.members for e in (entity(m, on=on) for m in members)}
    countries = [c for g in group.values() for c in g]
    twice = (
        sorted({c for c in countries if countries.count(c) > 1})
        if len(group) == len(members)
        else list(members)
    )
    if twice:
        raise OptionError(f"joint exposure: {', '.join(twice)} would count twice; name every member once")
    return group


def _codes_in(trade: pl.DataFrame | pl.LazyFrame, codes: pl.DataFrame) -> pl.DataFrame:
    asked = codes["hs_code"].unique().to_list()
    found = trade.lazy().filter(pl.col("hs_code").is_in(asked)).select(pl.col("hs_code").unique()).collect()
    return codes.group_by(*_PLACE, maintain_order=True).agg(
        pl.col("hs_code").is_in(found["hs_code"].to_list()).any().alias("in_world")
    )


def _with_member(table: pl.DataFrame, basket: pl.DataFrame, member: str) -> pl.DataFrame:
    found = concentration_table(basket, _PLACE, "exporter", "value_usd")
    named = found.select(
        *_PLACE,
        pl.col("total").alias(f"{member}_value_usd"),
        pl.col("suppliers").alias(f"{member}_suppliers"),
        pl.col("first").alias(f"{member}_first"),
        pl.col("first_share").alias(f"{member}_first_share"),
        pl.col("hhi").alias(f"{member}_hhi"),
    )
    joined = table.join(named, on=_PLACE, how="left", maintain_order="left")
    status = (
        pl.when(pl.col(f"{member}_value_usd").is_not_null())
        .then(pl.lit("ok"))
        .when(pl.col("in_world"))
        .then(pl.lit("no_trade_data"))
        .otherwise(pl.lit("no_code"))
    )
    return joined.with_columns(status.alias(f"{member}_status"))


def _with_joint(table: pl.DataFrame, flows: pl.DataFrame) -> pl.DataFrame:
    outside = concentration_table(flows.filter(~pl.col("inside")), _PLACE, "exporter", "value_usd").select(
        *_PLACE,
        pl.col("total").alias("joint_value_usd"),
        pl.col("first").alias("joint_first"),
        pl.col("first_share").alias("joint_first_share"),
        pl.col("hhi").alias("joint_hhi"),
    )
    inside = flows.group_by(*_PLACE, maintain_order=True).agg(
        pl.col("value_usd").filter("inside").sum().alias("inside_value_usd")
    )
    table = table.join(outside, on=_PLACE, how="left", maintain_order="left")
    return table.join(inside, on=_PLACE, how="left", maintain_order="left")


def _judged(table: pl.DataFrame, members: Sequence[str]) -> pl.DataFrame:
    everyone = pl.all_horizontal(*(pl.col(f"{m}_status") == "ok" for m in members))
    firsts = [pl.col(f"{m}_first") for m in members]
    same = pl.all_horizontal(*(f == firsts[0] for f in firsts[1:]))
    calmer = pl.all_horizontal(*(pl.col("joint_hhi") < pl.col(f"{m}_hhi") for m in members))
    status = (
        pl.when(everyone)
        .then(pl.lit("ok"))
        .when(pl.col("in_world"))
        .then(pl.lit("no_trade_data"))
        .otherwise(pl.lit("no_code"))
    )
    judged = table.with_columns(
        status.alias("status"),
        pl.when(everyone).then(same).alias("same_first"),
        pl.when(everyone).then(~same & calmer).alias("complement"),
        pl.col("common").rank("ordinal", descending=True).cast(pl.Int64).alias("rank"),
    )
    own = [
        f"{m}_{part}"
        for m in members
        for part in ("status", "value_usd", "suppliers", "first", "first_share", "hhi")
    ]
    joint = ["joint_value_usd", "joint_first", "joint_first_share", "joint_hhi", "inside_value_usd"]
    return judged.select(
        *_PLACE,
        "year",
        "status",
        *own,
        *joint,
        "same_first",
        "overlap",
        "cosine",
        "common",
        "complement",
        "rank",
        "in_world",
    )
