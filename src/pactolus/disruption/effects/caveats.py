"""What must be said beside a result, as values: a command line prints the text, a page its own words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pactolus.disruption.history.intervals import NOISE
from pactolus.disruption.history.priors import duration_prior, size_prior
from pactolus.disruption.scenarios.scenario import KINDS, Scenario, Shock

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World
    from pactolus.disruption.history.events import Event
    from pactolus.disruption.scenarios.reach import Place

__all__ = ["TEXTS", "Caveat", "limits", "no_trade", "of_scenario"]

_NO_TRADE: Final = "{mineral} ({stage}): no trade of it in this world, so nothing can be said of importers"
#: Kind of caveat -> its text.
TEXTS: Final[Mapping[str, str]] = {
    "no_trade": _NO_TRADE,
    "no_trade_made": _NO_TRADE
    + "; world production of {raw_material} in {year} ({source}): {country} {share:.0%}",
    "cut_prior": "{who}: the cut is drawn from the prior of the kind {kind}: {events} past events of its "
    "own, borrowing from {of_all}; {low:.2f} to {high:.2f} of a year",
    "months_prior": "{who}: months are drawn from {events} past cases of {kind}, of which {ended} ended; "
    "{low:.1f} to {high:.1f}",
    "feared": "{who}: feared, not confirmed; treating a fear as a ban did harm in the past",
    "spare": "the other suppliers can add {low:g} to {high:g} of what they ship, as the file says; how much "
    "was re-routed in past cases is not asked",
    "fictitious": "FICTITIOUS: the tonnes of this scenario are made up for an exercise",
    "annual": "annual tonnes, gross weight; stocks, contracts and grades are not known to these data",
    "grade_c": "{mineral} ({stage}): grade C, so from trade alone; nothing is balanced",
    "noise": "{count} of {rows} rows: exposure x cut below {noise:g}, not distinguishable from normal "
    "variation",
    "negative": "a negative lost_low_t: in one of ten past cases of its kind imports were higher than before",
}


@dataclass(frozen=True, kw_only=True)
class Caveat:
    """One thing that a reader must know.

    Attributes
    ----------
    kind : str
        A key of `TEXTS`.
    values : mapping
        What fills its places; `who` are exporters joined by ``+``, or a kind of shock that has none.
    """

    kind: str
    values: Mapping[str, str | int | float] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """As the command line says it."""
        return TEXTS[self.kind].format(**self.values)


def of_scenario(scenario: Scenario, events: Sequence[Event]) -> Iterator[Caveat]:
    """What a scenario leaves to past cases, fears, or makes up."""
    for shock in scenario.shocks:
        yield from _of_shock(shock, events)
    if scenario.spare is not None:
        yield Caveat(kind="spare", values={"low": scenario.spare[0], "high": scenario.spare[-1]})
    if scenario.fictitious:
        yield Caveat(kind="fictitious")
    yield Caveat(kind="annual")


def _of_shock(shock: Shock, events: Sequence[Event]) -> Iterator[Caveat]:
    who = "+".join(shock.exporters) or shock.kind
    if shock.cut is None and shock.kind in KINDS:
        kind = "feared" if shock.confidence == "feared" else KINDS[shock.kind]
        prior = size_prior(kind, events)
        own = {"events": prior.events, "of_all": prior.of_all, "low": prior.low, "high": prior.high}
        yield Caveat(kind="cut_prior", values={"who": who, "kind": kind, **own})
    if shock.lasting is None and shock.kind != "surge":
        length = duration_prior(shock.kind)
        ended = length.events - length.censored
        span = {"events": length.events, "ended": ended, "low": length.low, "high": length.high}
        yield Caveat(
            kind="months_prior", values={"who": who, "kind": length.stands_in or length.kind, **span}
        )
    if shock.confidence == "feared":
        yield Caveat(kind="feared", values={"who": who})


def limits(losses: pl.DataFrame) -> Iterator[Caveat]:
    """What the rows themselves cannot carry."""
    import polars as pl

    weak = losses.filter(pl.col("grade") == "C").select("mineral", "stage").unique(maintain_order=True)
    for mineral, stage in weak.iter_rows():
        yield Caveat(kind="grade_c", values={"mineral": mineral, "stage": stage})
    lost = losses.filter(pl.col("status") == "not_distinguishable")
    if lost.height:
        yield Caveat(kind="noise", values={"count": lost.height, "rows": losses.height, "noise": NOISE})
    if losses["lost_low_t"].fill_null(0.0).lt(0.0).any():
        yield Caveat(kind="negative")


def no_trade(world: World, place: Place) -> Caveat:
    """No trade: what is known of the world's production instead."""
    import polars as pl

    said = {"mineral": place[0], "stage": place[1]}
    made = world.scan("production").filter(pl.col("mineral") == place[0], pl.col("quantity") > 0).collect()
    if not made.height:
        return Caveat(kind="no_trade", values=said)
    one = made.sort("year", "source", "raw_material", descending=[True, True, False]).row(0, named=True)
    key = ("source", "raw_material", "year")
    listed = made.filter(*(pl.col(name) == one[name] for name in key)).sort("quantity", descending=True)
    share = float(listed["quantity"][0]) / float(listed["quantity"].sum())
    values: dict[str, str | int | float] = {**said, **{k: one[k] for k in key}}
    values |= {"country": str(listed["country"][0]), "share": share}
    return Caveat(kind="no_trade_made", values=values)
