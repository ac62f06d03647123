"""What the register of measures says about phi: how often a restriction is aimed at one importer.

A record counts once it took effect (in force, or a stop in fact); what was announced or proposed only does
not. It is aimed if its targets are countries or groups rather than the world. Records of one issuer against
the same targets that begin within half a year are one episode. Counting records is no estimate of phi: the
register holds what its readers looked for, a ban on one firm weighs like one on a country, and risk is not
counted in records. It shows that aimed measures are real, and that no single value is right.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from pactolus.policy.register import instruments, register

if TYPE_CHECKING:
    import polars as pl

    from pactolus.policy.register import Measure, Register
    from pactolus.policy.states import Span

__all__ = ["EVIDENCE_COLUMNS", "SHARE_COLUMNS", "PhiEvidence", "phi_evidence"]

#: Columns of `PhiEvidence.table`.
EVIDENCE_COLUMNS: Final = (
    "measure",
    "issuer",
    "targets",
    "begin",
    "state",
    "instrument",
    "minerals",
    "title",
    "episode",
)
#: Columns of `PhiEvidence.shares`.
SHARE_COLUMNS: Final = (
    "issuer",
    "records",
    "aimed",
    "aimed_share",
    "episodes",
    "aimed_episodes",
    "episode_share",
)
_EFFECTIVE: Final = ("in_force", "de_facto")
_HALF_YEAR: Final = 183


@dataclass(frozen=True)
class PhiEvidence:
    """Measures that are aimed, and how many of all they are.

    Attributes
    ----------
    table : polars.DataFrame
        `EVIDENCE_COLUMNS`, one row an aimed measure, by begin.
    shares : polars.DataFrame
        `SHARE_COLUMNS`: all issuers together (``all``), then each that has aimed measures.
    """

    table: pl.DataFrame
    shares: pl.DataFrame


def phi_evidence(measures: Register | None = None, *, until: date | None = None) -> PhiEvidence:
    """Restrictions of exports that were aimed at one importer or group, and their share by count.

    Parameters
    ----------
    measures : Register, optional
        That of the package if omitted.
    until : date, optional
        Only what took effect up to this day.

    Examples
    --------
    >>> found = phi_evidence()
    >>> "CHN-2010-JPN" in found.table["measure"].to_list()
    True
    """
    import polars as pl

    counted = []
    for one in register() if measures is None else measures:
        span = _effect(one)
        if span is not None and (until is None or span.begin <= until) and _bears_on_exports(one):
            counted.append((one, span))
    counted.sort(key=lambda pair: (pair[1].begin, pair[0].id))
    episode = _episodes(counted)
    aimed = [(one, span) for one, span in counted if _aimed(one)]
    rows = [
        (
            *(one.id, "+".join(one.issuer), "+".join(one.targets), span.begin, span.state, one.instrument),
            *(";".join(one.minerals) or (one.scope or "not named"), one.titles["en"], episode[one.id]),
        )
        for one, span in aimed
    ]
    schema = dict.fromkeys(EVIDENCE_COLUMNS, pl.String) | {"begin": pl.Date}
    issuers = ["all", *sorted({"+".join(one.issuer) for one, _ in aimed})]
    shares = [_share(name, [one for one, _ in counted], episode) for name in issuers]
    return PhiEvidence(
        pl.DataFrame(rows, schema=schema, orient="row"),
        pl.DataFrame(shares, schema=list(SHARE_COLUMNS), orient="row"),
    )


def _effect(one: Measure) -> Span | None:
    """The first span in which it had an effect."""
    return next((span for span in one.spans if span.state in _EFFECTIVE), None)


def _bears_on_exports(one: Measure) -> bool:
    """Restrictions of exports, and stops in fact whatever they are called."""
    kind = instruments()[one.instrument]
    stops = any(entry.state == "de_facto" for entry in one.states)
    return kind.acts_on == "partners" and (kind.restricts_exports or stops)


def _aimed(one: Measure) -> bool:
    return "world" not in one.targets


def _episodes(counted: list[tuple[Measure, Span]]) -> dict[str, str]:
    """Name of the first record of each episode, by record."""
    last: dict[tuple[tuple[str, ...], tuple[str, ...]], tuple[str, date]] = {}
    found = {}
    for one, span in counted:
        key = (one.issuer, tuple(sorted(one.targets)))
        name, begin = last.get(key, (one.id, span.begin))
        if (span.begin - begin).days > _HALF_YEAR:
            name = one.id
        last[key] = (name, span.begin)
        found[one.id] = name
    return found


def _share(
    issuer: str, counted: list[Measure], episode: dict[str, str]
) -> tuple[str, int, int, float, int, int, float]:
    own = [one for one in counted if issuer in ("all", "+".join(one.issuer))]
    aimed = [one for one in own if _aimed(one)]
    episodes, aimed_episodes = ({episode[one.id] for one in part} for part in (own, aimed))
    return (
        *(issuer, len(own), len(aimed), len(aimed) / len(own)),
        *(len(episodes), len(aimed_episodes), len(aimed_episodes) / len(episodes)),
    )
