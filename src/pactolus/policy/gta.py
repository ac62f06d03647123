"""Interventions of Global Trade Alert, as its data endpoint returns them.

Field list: the publisher's description of the endpoint ``/api/v1/data/`` (basic and full access), read on
2026-11-24. No file of the publisher was seen: the layout is unverified. The edition of its HS codes is not
named there; 2012 is taken unless the user says otherwise, and each record says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from pactolus.catalogue.reading.findings import Findings, shown_name
from pactolus.catalogue.reading.text import UNREADABLE, decoded, parsed_json, read_bytes
from pactolus.policy.candidates import Candidate, Imported, minerals_of_codes
from pactolus.terms.countries import countries

__all__ = ["FIELDS", "INTERVENTIONS", "read_gta"]

#: Fields that an intervention must have.
FIELDS: Final = (
    "intervention_id",
    "state_act_title",
    "intervention_url",
    "implementing_jurisdictions",
    "intervention_type",
    "affected_products",
    "date_announced",
    "date_implemented",
    "date_removed",
)
#: Kinds of interventions that restrict exports -> our instruments; any other kind is left out and counted.
INTERVENTIONS: Final[Mapping[str, str]] = {
    "export ban": "export_ban",
    "export quota": "export_quota",
    "export tariff quota": "export_quota",
    "export licensing requirement": "export_licence",
    "export tax": "export_tax",
    "local supply requirement for exports": "local_processing",
    "export-related non-tariff measure, nes": "other",
}
_MEND: Final = "give what the data endpoint returned, unchanged"
_DOUBTS: Final = (
    "Taken from an inventory: the act itself was not read, and whether it binds third parties is not told. "
    "The edition of the codes is assumed."
)


def read_gta(file: Path, *, hs_edition: str = "HS2012") -> Imported:
    """Interventions that restrict exports of minerals of the vocabulary.

    Parameters
    ----------
    file : path
        JSON: a list of interventions, or an object whose ``results`` is one.
    hs_edition : str
        Edition of the codes.

    Raises
    ------
    DataError
        Every fault of the file at once.
    """
    findings = Findings(shown_name(file))
    content = parsed_json(decoded(read_bytes(file, findings), findings), findings, mend=_MEND)
    if isinstance(content, dict):
        content = content.get("results", content)
    if content is not UNREADABLE and not isinstance(content, list):
        findings.refuse("layout", "the file", "holds no list of interventions", _MEND)
    findings.require_usable()
    left: Counter[str] = Counter()
    found: list[Candidate] = []
    for number, one in enumerate(content, start=1):
        place = f"intervention {number}"
        if not isinstance(one, dict):
            findings.refuse("layout", place, "is no object", _MEND)
            continue
        missing = [name for name in FIELDS if name not in one]
        if missing:
            findings.refuse("column", place, f"has no {', '.join(missing)}", _MEND)
            continue
        candidate = _candidate(one, f"{place} (id {one['intervention_id']})", hs_edition, findings, left)
        if candidate is not None:
            found.append(candidate)
    findings.require_usable()
    return Imported(candidates=tuple(found), left_out=left)


def _candidate(
    one: Mapping[str, Any], place: str, edition: str, findings: Findings, left: Counter[str]
) -> Candidate | None:
    kind = str(one["intervention_type"]).strip()
    instrument = INTERVENTIONS.get(kind.casefold())
    if instrument is None:
        left[f"intervention type {kind!r} restricts no exports"] += 1
        return None
    codes, named = minerals_of_codes(_codes(one["affected_products"], place, findings), edition)
    if not named:
        left["no code of a mineral of the vocabulary"] += 1
        return None
    issuers = _issuers(one["implementing_jurisdictions"], place, findings)
    days = {name: _day(one[name], f"{place}, {name}", findings) for name in FIELDS[-3:]}
    states = _states(days, place, findings)
    if not issuers or not states:
        return None
    return Candidate(
        id=f"GTA-{one['intervention_id']}",
        issuer=issuers,
        instrument=instrument,
        minerals=named,
        hs_edition=edition,
        hs_codes=codes,
        states=states,
        says=f"Global Trade Alert lists it as {kind!r}, intervention {one['intervention_id']}.",
        doubts=_DOUBTS,
        title=" ".join(str(one["state_act_title"]).split()) or f"Intervention {one['intervention_id']}",
        publisher="Global Trade Alert",
        link=str(one["intervention_url"]),
        locator=f"intervention {one['intervention_id']}",
    )


def _codes(products: Any, place: str, findings: Findings) -> list[str]:
    """Six digits of each product, whether access was basic (numbers) or full (objects)."""
    found = []
    for product in products if isinstance(products, list) else ():
        number = product.get("product_id") if isinstance(product, dict) else product
        text = str(number).strip()
        if not text.isdigit() or not 5 <= len(text) <= 6:
            findings.refuse(
                "number", f"{place}, affected_products", f"{number!r} is no six-digit code", _MEND
            )
            continue
        found.append(text.zfill(6))
    return found


def _issuers(jurisdictions: Any, place: str, findings: Findings) -> tuple[str, ...]:
    found = []
    for one in jurisdictions if isinstance(jurisdictions, list) else ():
        iso = str(one.get("iso", "") if isinstance(one, dict) else one).strip().upper()
        if iso not in countries():
            mend = "correct the code; countries are ISO 3166 alpha-3"
            findings.refuse("name", f"{place}, implementing_jurisdictions", f"{iso!r} is not known", mend)
            continue
        found.append(iso)
    if not found and isinstance(jurisdictions, list) and not jurisdictions:
        findings.refuse("name", f"{place}, implementing_jurisdictions", "is empty", _MEND)
    return tuple(dict.fromkeys(found))


def _day(value: Any, place: str, findings: Findings) -> date | None:
    if value in (None, ""):
        return None
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        findings.refuse("range", place, f"{value!r} is no date", "write it as YYYY-MM-DD")
        return None


def _states(days: Mapping[str, date | None], place: str, findings: Findings) -> tuple[Mapping[str, Any], ...]:
    announced, begun, removed = days["date_announced"], days["date_implemented"], days["date_removed"]
    if announced is None and begun is None:
        findings.refuse("range", place, "has neither date_announced nor date_implemented", "give one of them")
        return ()
    if removed is not None and begun is not None and removed < begun:
        what = f"date_removed {removed} lies before date_implemented {begun}"
        findings.refuse("range", place, what, "correct one of the days")
        return ()
    states: list[Mapping[str, Any]] = []
    if announced is not None and (begun is None or announced < begun):
        states.append({"state": "announced", "from": announced})
    if begun is not None and begun != removed:
        states.append({"state": "in_force", "from": begun})
    if removed is not None and (begun is not None or announced is None or removed > announced):
        states.append({"state": "ended", "from": removed})
    return tuple(states)
