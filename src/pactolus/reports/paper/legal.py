"""What law stands in the way: lots that may not be passed on, members that choose not to, notices."""

from __future__ import annotations

from pactolus.catalogue.origins import Claim, Term
from pactolus.reports.document import Block, Cell, Column, Section, Table
from pactolus.reports.paper.basis import Paper, way
from pactolus.reports.paper.words import what_term
from pactolus.reports.sections.words import item_term, phrase_term

__all__ = ["section"]


def section(paper: Paper) -> Section:
    """Lots, the choice not to transfer, competition law, what the product is not."""
    one = paper.plan.situation
    blocks: list[Block] = []
    kept = [lot for lot in one.held if not lot.may_go and len(one.members) > 1]
    if kept:
        figures = {
            "kept": paper.count(len(kept), "lots", {"transferable": "no or unknown"}),
            "all": paper.count(len(one.held), "lots", {}),
        }
        blocks.append(Claim(key="paper.legal.kept", figures=figures))
    else:
        blocks.append(Claim(key="paper.legal.none_kept" if one.held else "paper.legal.no_lots"))
    wrong = [lot for lot in one.held if not lot.used_by(one.members[lot.member])]
    if wrong:
        figures = {
            "wrong": paper.count(len(wrong), "lots", {"usable": "no"}),
            "all": paper.count(len(one.held), "lots", {}),
        }
        blocks.append(Claim(key="paper.legal.wrong", figures=figures))
    closed = tuple(dict.fromkeys([*one.assumed.no_transfer, *paper.plan.answer.terms.no_transfer]))
    if closed:
        blocks.append(Claim(key="paper.legal.no_transfer", terms={"members": Term("country", closed)}))
    blocks += [Claim(key=f"paper.legal.{name}") for name in ("review", "competition", "secrets")]
    if one.held:
        blocks.append(_lots(paper))
    return Section(id="legal", title="paper.legal.title", blocks=tuple(blocks))


def _lots(paper: Paper) -> Table:
    one = paper.plan.situation
    rows: list[tuple[Cell, ...]] = []
    for number, lot in enumerate(one.held):
        low, middle, high = lot.tonnes
        why = [what_term(part) for part in lot.why.split(";") if part]
        named = [term for term in why if term is not None]
        same = {term.kind for term in named} <= {"text"}
        reason: Cell = None
        if named:
            reason = Term("text", tuple(i for t in named for i in t.ids)) if same else named[0]
        rows.append(
            (
                item_term(one.places[lot.place]),
                Term("country", (one.members[lot.member],)),
                Term("country", (lot.origin,)) if lot.origin else phrase_term("paper.what.unknown_origin"),
                Term("text", (" ".join(p for p in (lot.form, lot.grade) if p and p != "not stated") or "–",)),
                paper.figure(
                    middle,
                    "t",
                    0,
                    "lots",
                    {"lot": number},
                    "tonnes",
                    [way("declared", None, middle)],
                    low=low,
                    high=high,
                ),
                phrase_term("paper.word.may_go" if lot.may_go else "paper.word.kept"),
                reason,
            )
        )
    columns = ("item", "member", "origin", "form", "tonnes", "transferable", "why")
    return Table(
        id="lots",
        title="paper.legal.lots",
        columns=tuple(Column(key=c, label=f"paper.col.{c}", numeric=c == "tonnes") for c in columns),
        rows=tuple(rows),
        notes=(Claim(key="paper.legal.lots_note"),),
        appendix=len(rows) > 14,
    )
