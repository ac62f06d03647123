"""Rows of a public inventory as records of the register: a user reads them over before they count."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from pactolus.policy.register import Register, instruments
from pactolus.terms.countries import country_name
from pactolus.terms.hs_codes import hs_codes
from pactolus.terms.hs_concordance import conversions
from pactolus.terms.minerals import minerals

__all__ = ["Candidate", "Imported", "as_records", "as_yaml", "minerals_of_codes"]


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One measure as an inventory has it.

    Attributes
    ----------
    id : str
    issuer : tuple of str
        ISO alpha-3 codes.
    instrument : str
    minerals : tuple of str
        Found by the codes.
    hs_edition : str
    hs_codes : tuple of str
        Only those of our minerals.
    states : tuple of mapping
        As a record has them.
    says, doubts : str
    title, publisher, link, locator : str
        Of the reference.
    """

    id: str
    issuer: tuple[str, ...]
    instrument: str
    minerals: tuple[str, ...]
    hs_edition: str
    hs_codes: tuple[str, ...]
    states: tuple[Mapping[str, Any], ...]
    says: str
    doubts: str
    title: str
    publisher: str
    link: str
    locator: str


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What a file gave: candidates, and how many of its rows were left out, by reason."""

    candidates: tuple[Candidate, ...]
    left_out: Mapping[str, int] = field(default_factory=Counter)


@cache
def _minerals_by_code(edition: str) -> Mapping[str, tuple[str, ...]]:
    """Minerals of each code of an edition; codes that hold a mineral among much else are left out."""
    known = hs_codes()
    found: dict[str, tuple[str, ...]] = {}
    for code, one in conversions(edition).items():
        if one.hs92 in known and known[one.hs92].coding != "residual":
            found[code] = known[one.hs92].minerals
    return found


def minerals_of_codes(codes: Iterable[str], edition: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The codes that belong to minerals of the vocabulary, and these minerals in its order.

    Parameters
    ----------
    codes : iterable of str
        Six digits.
    edition : str
        Such as ``HS2012``.
    """
    known = _minerals_by_code(edition)
    ours = tuple(dict.fromkeys(code for code in codes if code in known))
    named = {mineral for code in ours for mineral in known[code]}
    return ours, tuple(mineral for mineral in minerals() if mineral in named)


def as_records(found: Sequence[Candidate], read_on: date, register: Register) -> list[dict[str, Any]]:
    """Records in the form that people edit; `related` names what the register may hold already.

    Parameters
    ----------
    found : sequence of Candidate
    read_on : date
        When the file was taken from the publisher.
    register : Register
    """
    return [_record(one, read_on, register) for one in found]


def as_yaml(records: Sequence[Mapping[str, Any]], heading: str) -> str:
    """The records as a file to edit."""
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.width = 112
    yaml.allow_unicode = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = io.StringIO()
    yaml.dump(list(records), out)
    lines = "".join(f"# {line}\n" for line in heading.splitlines())
    return f"{lines}\n{out.getvalue()}"


def _record(one: Candidate, read_on: date, register: Register) -> dict[str, Any]:
    alike = _alike(one, register)
    doubts = [one.doubts]
    if alike:
        doubts.append(f"May be the same measure as {', '.join(alike)}: keep one of them.")
    record: dict[str, Any] = {
        "id": one.id,
        "issuer": list(one.issuer),
        "instrument": one.instrument,
        "title": {lang: _title(one, lang) for lang in ("en", "ko", "ja")},
        "covers": [
            {
                "minerals": list(one.minerals),
                "hs_edition": one.hs_edition,
                "hs_codes": list(one.hs_codes),
                "broader": "unknown",
            }
        ],
        "targets": ["world"],
        "reach": "unknown",
        "states": [dict(state) for state in one.states],
        "says": one.says,
        "doubts": " ".join(doubts),
    }
    if alike:
        record["related"] = list(alike)
    record["references"] = [
        {
            "title": one.title,
            "publisher": one.publisher,
            "link": one.link,
            "locator": one.locator,
            "language": "en",
            "read_on": read_on,
            "kind": "database",
        }
    ]
    return record


def _title(one: Candidate, lang: str) -> str:
    """Instrument, minerals and issuer in one language."""
    named = [minerals()[mineral].names[lang] for mineral in one.minerals]
    most = ", ".join(named[:3]) + (f" (+{len(named) - 3})" if len(named) > 3 else "")
    who = ", ".join(country_name(issuer, lang) for issuer in one.issuer[:2])
    who += f" (+{len(one.issuer) - 2})" if len(one.issuer) > 2 else ""
    what = instruments()[one.instrument].names[lang]
    return f"{what[:1].upper()}{what[1:]}: {most} ({who})"


def _alike(one: Candidate, register: Register) -> tuple[str, ...]:
    """Records of the register with the same issuer, family and a mineral in common."""
    family = instruments()[one.instrument].family
    issuers = set(one.issuer)
    return tuple(
        measure.id
        for measure in register
        if not issuers.isdisjoint(measure.issuer)
        and instruments()[measure.instrument].family == family
        and not set(one.minerals).isdisjoint(measure.minerals)
    )[:5]
