"""Whose shares, money and tonnes: the choice by company, cut to what its reader may see.

Sums are printed for three firms at least, and none from which a smaller group could be worked out: the tree
of `pactolus.projects.matching.guard`. Rows of single firms are for their owner (``firm``) and for whom the
secretariat of the file names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pactolus.projects.matching.guard import View, printable
from pactolus.projects.selection.companies import Company
from pactolus.workspace.labels import Levels

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from pactolus.projects.selection.layout import Named
    from pactolus.projects.selection.portfolio import Portfolio

    Floats = NDArray[np.float64]

__all__ = ["COMPANY_NOTICE", "GUARDED_TABLES", "Stake", "company_table", "stakes_of"]

COMPANY_NOTICE: Final = (
    "What companies entered is theirs: not to be handed to any firm beyond its own rows; no agreement on "
    "prices between firms. A draft of the members, no offer"
)
#: Tables from which the part of a single firm could be worked out.
GUARDED_TABLES: Final = ("shares", "offtake", "calls", "shortage", "split")
_SMALL: Final = 1e-6
_COLUMNS: Final[Mapping[str, str]] = {
    "project": "s",
    "product": "s",
    "host": "s",
    "country": "s",
    "company": "s",
    "side": "s",
    "role": "s",
    "share": "f",
    "money_musd": "f",
    "year": "i",
    "offtake_t": "f",
    "firms": "i",
    "status": "s",
    "label": "s",
    "audience": "s",
    "notice": "s",
}


@dataclass(frozen=True, kw_only=True)
class Stake:
    """What one company has in one project, or takes of it.

    Attributes
    ----------
    project : int
    party : Company
    role : str
        ``equity``, ``finance`` or ``offtake``.
    share : float or None
        Of what is on offer, for who holds equity. [0-1]
    money_musd : float or None
        In all; None for offtake.
    offtake_t : ndarray, shape (T,), or None
        [t/year]
    """

    project: int
    party: Company
    role: str
    share: float | None = None
    money_musd: float | None = None
    offtake_t: Floats | None = None


def stakes_of(portfolio: Portfolio) -> tuple[Stake, ...]:
    """Stakes by project, in the order of the file; those who hold equity share what their country holds."""
    named = portfolio.choice.programme.named
    if named is None:
        return ()
    return (*_money(portfolio, named), *_offtake(portfolio, named))


def _money(portfolio: Portfolio, named: Named) -> Iterator[Stake]:
    import numpy as np

    one, money = portfolio.instance, portfolio.party_money_musd.sum(axis=2)
    for p in np.flatnonzero(portfolio.choice.start_of >= 0).tolist():
        roles = [_role(portfolio, party, p) for party in named.parties]
        for n in np.flatnonzero(money[:, p] > _SMALL).tolist():
            party, share = named.parties[n], None
            i = one.members.index(party.country)
            if roles[n] == "equity":
                held = [
                    m
                    for m, other in enumerate(named.parties)
                    if other.country == party.country and roles[m] == "equity"
                ]
                share = float(portfolio.share[i, p] * money[n, p] / money[held, p].sum())
            yield Stake(project=p, party=party, role=roles[n], share=share, money_musd=float(money[n, p]))


def _role(portfolio: Portfolio, party: Company, p: int) -> str:
    """Role of a party; agencies that nobody entered hold equity where that is their larger power."""
    if party.named or not party.agency:
        return party.role
    one = portfolio.instance
    if one.public_kinds is None:
        return "finance"
    equity, loan = one.public_kinds[:, one.members.index(party.country), p].tolist()
    return "equity" if equity >= loan and equity > 0 else "finance"


def _offtake(portfolio: Portfolio, named: Named) -> Iterator[Stake]:
    """Tonnes of a (product, host) go to its projects by their output."""
    import numpy as np

    one, made, start_of = portfolio.instance, portfolio.choice.programme, portfolio.choice.start_of
    tonnes = portfolio.choice.x[named.take] * 1e3
    for n, at, own in zip(named.taker.tolist(), named.pair.tolist(), tonnes, strict=True):
        m, h = made.pair_product[at], made.pair_host[at]
        here = np.flatnonzero((start_of >= 0) & (one.product_of == m) & (one.host_of == h))
        output = one.output_t[here, start_of[here]]
        total = output.sum(axis=0)
        for p, part in zip(here.tolist(), output, strict=True):
            taken = own * np.divide(part, total, out=np.zeros_like(total), where=total > 0)
            if taken.sum() > _SMALL:
                yield Stake(project=p, party=named.parties[n], role="offtake", offtake_t=taken)


def company_table(portfolio: Portfolio, view: View[str], levels: Levels | None = None) -> pl.DataFrame:
    """The choice by company, for one reader.

    Parameters
    ----------
    portfolio : Portfolio
    view : View
        ``aggregates``: sums by role and country over three firms or more, others ``withheld``. ``firm``: its
        own rows before them. ``secretariat``: a row a stake, and a row a year of offtake.
    levels : Levels, optional
        Of the deployment.

    Returns
    -------
    polars.DataFrame
        Rows of sums have no project; every row has `status`, `label`, `audience`, `notice`, `synthetic`.
    """
    import polars as pl

    stakes = stakes_of(portfolio)
    seen = [one for one in stakes if view.kind == "secretariat" or view.sees(one.party.company)]
    rows = [row for one in seen for row in _rows(portfolio, one)]
    if view.kind != "secretariat":
        rows += _sums(portfolio, stakes)
    label = (levels or Levels()).strictest(one.label for one in portfolio.instance.companies)
    common = {"label": str(label), "audience": view.audience, "notice": COMPANY_NOTICE}
    types = {"s": pl.String, "i": pl.Int64, "f": pl.Float64}
    frame = pl.DataFrame(
        [{name: (row | common).get(name) for name in _COLUMNS} for row in rows],
        schema={name: types[kind] for name, kind in _COLUMNS.items()},
    )
    return frame.with_columns(synthetic=pl.lit(portfolio.instance.synthetic))


def _rows(portfolio: Portfolio, stake: Stake) -> Iterator[dict[str, Any]]:
    one, p = portfolio.instance, stake.project
    row = {
        "project": one.projects[p],
        "product": one.products[one.product_of[p]],
        "host": one.hosts[one.host_of[p]],
        "country": stake.party.country,
        "company": stake.party.company,
        "side": "agency" if stake.party.agency else "firm",
        "role": stake.role,
        "share": stake.share,
        "money_musd": stake.money_musd,
        "status": "ok",
    }
    if stake.offtake_t is None:
        yield row
        return
    for year, tonnes in zip(one.years, stake.offtake_t.tolist(), strict=True):
        if tonnes > _SMALL:
            yield row | {"year": year, "offtake_t": tonnes}


def _sums(portfolio: Portfolio, stakes: tuple[Stake, ...]) -> list[dict[str, Any]]:
    """All projects and years together, by role and by role and country. Agencies are no firms, and the rest
    of a side that nobody entered is nobody's figure.
    """
    one = portfolio.instance
    mine = [s for s in stakes if s.party.named and not s.party.agency]
    firms = [row for row in one.companies if not row.agency]
    keys = {(row.role, row.country) for row in firms}
    leaves = {
        key: {s.party.company for s in mine if (s.role, s.party.country) == key} for key in sorted(keys)
    }
    rows, shown = [], set[tuple[str, str]]()
    for role in {role for role, _ in keys}:  # money and tonnes are never added up, so each role is a tree
        shown |= printable({key: who for key, who in leaves.items() if key[0] == role})
    for role in sorted({role for role, _ in keys}):
        for country in ("all", *sorted({c for r, c in keys if r == role})):
            row: dict[str, Any] = {"role": role, "country": country, "side": "firm"}
            if (role, country) not in shown:
                rows.append(row | {"status": "withheld"})
                continue
            own = [s for s in mine if s.role == role and country in ("all", s.party.country)]
            tonnes = [float(s.offtake_t.sum()) for s in own if s.offtake_t is not None]
            rows.append(
                row
                | {
                    "status": "ok",
                    "firms": len({s.party.company for s in own}),
                    "money_musd": None if role == "offtake" else sum(s.money_musd or 0.0 for s in own),
                    "offtake_t": sum(tonnes) if role == "offtake" else None,
                }
            )
    return rows
