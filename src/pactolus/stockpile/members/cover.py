"""Days of cover of what members declare: ranges over the use of a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from pactolus.errors import NoAnswerError

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World
    from pactolus.policy.register import Register
    from pactolus.stockpile.members.holdings import HoldingRange

__all__ = ["cover_of", "joint_cover"]


def cover_of(
    world: World,
    held: Sequence[HoldingRange],
    triggers: Mapping[str, float],
    register: Register,
    day: date,
) -> pl.DataFrame | None:
    """Table of `cover_days`; None without a holding."""
    import polars as pl

    from pactolus.warning.signals.cover import cover_days, holdings_frame

    if not held:
        return None
    frame = holdings_frame(held)
    kinds = {"day_t": pl.Float64, "denominator": pl.String, "year": pl.Int64}
    schema = {**dict.fromkeys(("member", "mineral", "stage"), pl.String), **kinds}
    rows = list(_uses(world, held, register, day))
    return cover_days(frame, pl.DataFrame(rows, schema=schema), triggers)


def _uses(
    world: World, held: Sequence[HoldingRange], register: Register, day: date
) -> Iterator[dict[str, Any]]:
    """Use of a day of every place that is held; a place without trade has none."""
    from pactolus.stockpile.members.needs import need_of

    for member, mineral, stage in dict.fromkeys((one.member, one.mineral, one.stage) for one in held):
        try:
            need = need_of(world, mineral, stage, [member], measures=register, on=day)
        except NoAnswerError:
            continue
        if member in need.absent:
            continue
        own = need.importer(member)
        yield {
            "member": member,
            "mineral": mineral,
            "stage": stage,
            "day_t": own.day_t,
            "denominator": f"{own.denominator}, grade {need.grade}",
            "year": need.year,
        }


def joint_cover(world: World, held: Sequence[HoldingRange], register: Register, day: date) -> pl.DataFrame:
    """Days of cover of members together: what all declare over what all use. [days]

    Returns
    -------
    DataFrame
        ``member, mineral, stage, low_days, high_days, forms, denominator, year, status``, one row a place;
        `member` is ``JPN+KOR``. Status ``not_declared`` where a member declares nothing, ``no_use`` where the
        use of one is not known: no value then, a part of the sum would pass for the whole.
    """
    import polars as pl

    members = sorted({one.member for one in held})
    uses = {(one["member"], one["mineral"], one["stage"]): one for one in _uses(world, held, register, day)}
    rows = [
        _together(members, place, held, uses) for place in sorted({(one.mineral, one.stage) for one in held})
    ]
    text = dict.fromkeys(("member", "mineral", "stage"), pl.String)
    ends = {"low_days": pl.Float64, "high_days": pl.Float64, "forms": pl.Int64}
    schema = {**text, **ends, "denominator": pl.String, "year": pl.Int64, "status": pl.String}
    return pl.DataFrame(rows, schema=schema)


def _together(
    members: Sequence[str],
    place: tuple[str, str],
    held: Sequence[HoldingRange],
    uses: Mapping[tuple[str, str, str], Mapping[str, Any]],
) -> dict[str, Any]:
    forms = [one for one in held if (one.mineral, one.stage) == place]
    row: dict[str, Any] = {
        "member": "+".join(members),
        "mineral": place[0],
        "stage": place[1],
        "forms": len(forms),
    }
    if {one.member for one in forms} < set(members):
        return row | {"status": "not_declared"}
    parts = [uses.get((member, *place)) for member in members]
    known = [one for one in parts if one is not None]
    if len(known) < len(parts):
        return row | {"status": "no_use"}
    day_t = sum(one["day_t"] for one in known)
    tonnes = [one.tonnes(uses[one.member, one.mineral, one.stage]["day_t"]) for one in forms]
    return row | {
        "low_days": sum(low for low, _ in tonnes) / day_t,
        "high_days": sum(high for _, high in tonnes) / day_t,
        "denominator": "; ".join(sorted({one["denominator"] for one in known})),
        "year": min(one["year"] for one in known),
        "status": "ok",
    }
