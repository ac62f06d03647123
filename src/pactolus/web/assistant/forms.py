"""The form of each answer, as a JSON schema: what every column is, and that a missing value is null."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

__all__ = ["ASSESS", "POLICY", "SCENARIO", "SCENARIOS", "TERMS", "TRACE"]

_Schema = dict[str, Any]
_TEXT: Final = {"type": ["string", "null"]}
_NUMBER: Final = {"type": ["number", "null"]}
_WHOLE: Final = {"type": ["integer", "null"]}
_TEXTS: Final = {"type": "array", "items": {"type": "string"}}
_ORIGIN: Final[_Schema] = {
    "type": "object",
    "properties": {
        name: {"type": "string"} for name in ("publisher", "title", "edition", "licence", "link", "accessed")
    },
    "required": ["publisher", "title", "edition", "licence", "link", "accessed"],
}
_ORIGINS: Final[_Schema] = {
    "type": "object",
    "description": "Origins that the rows name: publisher, title, edition, licence, link, day of access.",
    "additionalProperties": _ORIGIN,
}
_ID: Final = {**_TEXT, "description": "Give it to the tool trace."}
_STATUS: Final = {**_TEXT, "description": "ok, or why there is no value; null is never zero."}
_CITED: Final = {**_TEXTS, "description": "Keys of origins."}


def _said(kind: _Schema, what: str) -> _Schema:
    return {**kind, "description": what}


def _table(columns: Mapping[str, _Schema], required: tuple[str, ...], **more: _Schema) -> _Schema:
    """Schema of a page of rows."""
    row = {
        "type": "object",
        "properties": dict(columns),
        "required": list(required),
        "additionalProperties": False,
    }
    own: _Schema = {
        "rows": {"type": "array", "items": row},
        "total": {"type": "integer", "description": "Rows that there are."},
        "offset": {"type": "integer", "description": "Rows before the first of these."},
        "notes": {**_TEXTS, "description": "What a reader must be told."},
        "statuses": {
            "type": "object",
            "description": "Meaning of each status.",
            "additionalProperties": {"type": "string"},
        },
        "origins": _ORIGINS,
        "vintage": {"type": "string", "description": "SHA-256 of the data."},
        "version": {"type": "string", "description": "Version of pactolus."},
        **more,
    }
    return {"type": "object", "properties": own, "required": list(own), "additionalProperties": False}


_ASSESS_COLUMNS: Final[Mapping[str, _Schema]] = {
    "id": _ID,
    "method": _TEXT,
    "mineral": _TEXT,
    "stage": _TEXT,
    "importer": _TEXT,
    "year": _WHOLE,
    "value": _said(_NUMBER, "There if and only if status is ok."),
    "low": _NUMBER,
    "high": _NUMBER,
    "unit": _TEXT,
    "status": _STATUS,
    "grade": _said(_TEXT, "How good the balance of production and trade behind the row is."),
    "vintage": _TEXT,
    "note": _TEXT,
    "source": _said(_TEXT, "Series, where a method has several."),
    "raw_material": _said(_TEXT, "The publisher's own name."),
    "origins": _CITED,
}
ASSESS: Final = _table(_ASSESS_COLUMNS, tuple(_ASSESS_COLUMNS))

_SCENARIO_COLUMNS: Final[Mapping[str, _Schema]] = {
    "id": _ID,
    "part_of": _said(_TEXT, "Id of the loss of the year that the row divides."),
    "scenario": _TEXT,
    "mineral": _TEXT,
    "stage": _TEXT,
    "importer": _TEXT,
    "year": _WHOLE,
    "base_t": _said(_NUMBER, "Imports of the year. [t]"),
    "bought_t": _said(_NUMBER, "Of it from the exporter that is cut. [t]"),
    "cut": _said(_NUMBER, "Share of the year's exports withheld."),
    "size": _said(_NUMBER, "Share of world exports withheld."),
    "lost_t": _said(_NUMBER, "Expected loss; null where not distinguishable from normal variation. [t]"),
    "lost_low_t": _said(_NUMBER, "Lower end of the 80 % interval. [t]"),
    "lost_high_t": _said(_NUMBER, "Upper end of the 80 % interval. [t]"),
    "lost_share": _said(_NUMBER, "Loss over imports."),
    "no_change_t": _said(_NUMBER, "Baseline: nothing changes, so nothing is lost. [t]"),
    "uniform_t": _said(_NUMBER, "Baseline: everybody loses the same share. [t]"),
    "proportional_t": _said(_NUMBER, "Baseline: the cut times what was bought there. [t]"),
    "price_low": _said(_NUMBER, "Price over the price before."),
    "price_mid": _NUMBER,
    "price_high": _NUMBER,
    "rank": _said(_WHOLE, "Order of importers by lost share, where the shock is large."),
    "grade": _TEXT,
    "month": _said(_TEXT, "First day of the month."),
    "basis": _TEXT,
    "application": _TEXT,
    "use_share": _NUMBER,
    "at_stake_low": _NUMBER,
    "at_stake": _NUMBER,
    "at_stake_high": _NUMBER,
    "pattern": _said(_TEXT, "Whose use pattern it is."),
    "unit": _said(_TEXT, "Of the columns whose name ends in _t."),
    "status": _STATUS,
    "vintage": _TEXT,
    "origins": _CITED,
}
_SCENARIO_ALWAYS: Final = (
    "id",
    "scenario",
    "mineral",
    "stage",
    "importer",
    "unit",
    "status",
    "vintage",
    "origins",
)
SCENARIO: Final = _table(
    _SCENARIO_COLUMNS,
    _SCENARIO_ALWAYS,
    title={"type": "string"},
    fictitious={
        "type": "boolean",
        "description": "Made up for an exercise: say so wherever a number is cited.",
    },
    seed={"type": "integer"},
)

_SCENARIOS_COLUMNS: Final[Mapping[str, _Schema]] = {
    "id": _TEXT,
    "title": _TEXT,
    "kinds": _TEXTS,
    "exporters": _TEXTS,
    "minerals": _TEXTS,
    "confidence": _TEXTS,
    "fictitious": {"type": "boolean"},
    "year": _WHOLE,
    "status": _STATUS,
}
SCENARIOS: Final = _table(_SCENARIOS_COLUMNS, tuple(_SCENARIOS_COLUMNS))

_POLICY_COLUMNS: Final[Mapping[str, _Schema]] = {
    "id": _ID,
    "issuer": _TEXT,
    "instrument": _TEXT,
    "minerals": _TEXT,
    "state": _said({"enum": ["in_force", "suspended", "unconfirmed"]}, "On the day asked for."),
    "state_text": _said(_TEXT, "The state in words; quote an unconfirmed one as it is."),
    "from": _TEXT,
    "to": _said(_TEXT, "Last day of the state where it is known."),
    "reference": _TEXT,
    "why": _TEXT,
    "title": _TEXT,
    "link": _TEXT,
    "read_on": _said(_TEXT, "Day on which the source was read."),
    "version": _TEXT,
    "origins": _CITED,
}
POLICY: Final = _table(
    _POLICY_COLUMNS,
    tuple(_POLICY_COLUMNS),
    on={"type": "string", "description": "The day."},
    records={"type": "integer", "description": "Records of the register."},
)

_STEP: Final[_Schema] = {
    "type": "object",
    "properties": {"what": {"type": "string"}, "before": _NUMBER, "after": _NUMBER, "unit": _TEXT},
    "required": ["what", "before", "after", "unit"],
}
_SOURCE: Final[_Schema] = {
    "type": "object",
    "properties": {
        "table": {"type": "string"},
        "count": {"type": "integer", "description": "Rows that count; the weightiest are shown."},
        "rows": {"type": "array", "items": {"type": "object"}},
        "origins": _CITED,
    },
    "required": ["table", "count", "rows", "origins"],
}
TRACE: Final[_Schema] = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "kind": {"enum": ["number", "scenario", "measure"]},
        "title": {"type": "string"},
        "value": _NUMBER,
        "low": _NUMBER,
        "high": _NUMBER,
        "unit": _TEXT,
        "status": _TEXT,
        "note": _TEXT,
        "steps": {"type": "array", "items": _STEP, "description": "In order; the last ends in the value."},
        "parts": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": "Ids of the numbers it was computed from.",
        },
        "sources": {"type": "array", "items": _SOURCE},
        "origins": _ORIGINS,
        "vintage": {"type": "string"},
        "version": {"type": "string"},
    },
    "required": [
        "id",
        "kind",
        "title",
        "value",
        "unit",
        "status",
        "steps",
        "parts",
        "sources",
        "origins",
        "vintage",
        "version",
    ],
    "additionalProperties": False,
}

_TERMS_COLUMNS: Final[Mapping[str, _Schema]] = {
    "asked": _TEXT,
    "kind": _said({"enum": ["mineral", "group", "country", "coalition", "world", None]}, "null: not known."),
    "id": _said(_TEXT, "What the other tools take."),
    "en": _TEXT,
    "ko": _TEXT,
    "ja": _TEXT,
    "members": _said(_TEXTS, "Of a group or coalition."),
    "note": _TEXT,
}
TERMS: Final = _table(_TERMS_COLUMNS, tuple(_TERMS_COLUMNS))
