"""From edited records to the compiled register: terms resolved, states worked out, every fault at once."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from csv import DictReader
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from pactolus.errors import InputError, PactolusError
from pactolus.policy.schema import CoverForm, MeasureForm, StateForm
from pactolus.policy.states import Entry, Span, faults_of, spans_of
from pactolus.terms.coalitions import coalitions
from pactolus.terms.countries import countries
from pactolus.terms.hs_concordance import EDITIONS, conversions, edition_id
from pactolus.terms.institutions import institutions
from pactolus.terms.minerals import mineral
from pactolus.terms.stages import STAGES
from pactolus.workspace.records import Faults, Located, compile_or_say, read_records, write_compiled

__all__ = ["compile_shipped", "compiled_records", "data_folder", "vocabulary"]

Place = Any

#: Numbers of two digits that are no chapter of goods (98 and 99 are for countries' own use).
_NO_CHAPTERS: Final = frozenset({"00", "77", "98", "99"})


def data_folder() -> Path:
    """Where the shipped records are edited."""
    return Path(__file__).parent / "data"


@cache
def vocabulary(name: str) -> Mapping[str, Mapping[str, str]]:
    """A small list of the register by id: ``instruments`` or ``subjects``."""
    with (data_folder() / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in DictReader(file)}


def compiled_records(
    files: Iterable[Path], *, verified: bool = True, known: Iterable[str] = ()
) -> list[dict[str, Any]]:
    """Records of files in the compiled form, by id.

    Parameters
    ----------
    files : iterable of Path
        YAML files, by name.
    verified : bool
        Refuse a reference without a locator or a day of reading. Not for ``unverified/``.
    known : iterable of str
        Ids of records elsewhere that `related` may name.

    Returns
    -------
    list of dict
        Plain values as JSON holds them; days as ``YYYY-MM-DD``.

    Raises
    ------
    InputError
        All faults of all files at once.
    """
    files = list(files)
    named = {file: file.name for file in files}
    found = read_records(files, MeasureForm, named=named)
    faults = Faults.none()
    _unique(found, faults)
    ids = {one.record.id for one in found} | set(known)
    for one in found:
        _check(one, ids, faults, verified=verified)
    faults.raise_any()
    return sorted((_compiled(one) for one in found), key=lambda record: record["id"])


def _unique(found: Sequence[Located[MeasureForm]], faults: Faults) -> None:
    first: dict[str, Located[MeasureForm]] = {}
    for one in found:
        before = first.setdefault(one.record.id, one)
        if before is not one:
            faults.add(
                one.place("id"), f"{one.record.id!r} is already the id of {before.source}; ids are unique"
            )


def _check(one: Located[MeasureForm], ids: set[str], faults: Faults, *, verified: bool) -> None:
    record = one.record
    for key, names, known, kind in (
        ("issuer", record.issuer, {*countries(), *coalitions()}, "country or coalition"),
        ("authority", record.authority, set(institutions()), "institution"),
        ("targets", record.targets, {"world", *countries(), *coalitions()}, "target"),
        ("related", record.related, ids, "record"),
    ):
        for number, name in enumerate(names):
            faults.known(one.place(key, number), name, known, kind)
    faults.known(one.place("instrument"), record.instrument, set(vocabulary("instruments")), "instrument")
    for number, cover in enumerate(record.covers):
        _check_cover(one, number, cover, faults)
    if not record.covers and record.scope is None:
        faults.add(one.place(), "has neither covers nor scope; say what is covered")
    _check_references(one, faults, verified=verified)
    if all(state.reference <= len(record.references) for state in record.states):
        for number, message in faults_of(_entries(record)):
            faults.add(one.place("states", number), message)


def _check_cover(one: Located[MeasureForm], number: int, cover: CoverForm, faults: Faults) -> None:
    def at(*path: int | str) -> str:
        return one.place("covers", number, *path)

    for index, name in enumerate(cover.minerals):
        try:
            mineral(name)
        except PactolusError as error:
            faults.add(at("minerals", index), f"{error}; what is no mineral of the vocabulary is a subject")
    for index, name in enumerate(cover.subjects):
        faults.known(at("subjects", index), name, set(vocabulary("subjects")), "subject")
    for index, name in enumerate(cover.stages):
        faults.known(at("stages", index), name, set(STAGES), "stage")
    if not cover.minerals and not cover.subjects:
        faults.add(at(), "names neither minerals nor subjects")
    if cover.hs_codes and cover.hs_edition is None:
        faults.add(at("hs_codes"), "without hs_edition; a code means different goods in different editions")
    if cover.hs_edition is not None:
        try:
            edition_id(cover.hs_edition)
        except PactolusError as error:
            faults.add(at("hs_edition"), str(error))
        else:
            for index, code in enumerate(cover.hs_codes):
                if message := _code_fault(code, cover.hs_edition):
                    faults.add(at("hs_codes", index), message)
        if cover.hs_codes and cover.broader is None:
            faults.add(at("hs_codes"), "without broader; say whether the codes hold more than the measure")


def _code_fault(code: str, edition: str) -> str:
    """What is wrong with a code, as far as can be told: our tables hold the codes of our minerals only."""
    if code[:2] in _NO_CHAPTERS:
        return f"{code!r} is no code: the Harmonized System has no chapter {code[:2]}; correct the code"
    if code in conversions(edition):
        return ""
    others = [name for name in EDITIONS if code in conversions(name)]
    if not others:
        return ""
    there = ", ".join(others)
    return f"{code!r} is a code of {there}, not of {edition_id(edition)}; correct code or edition"


def _check_references(one: Located[MeasureForm], faults: Faults, *, verified: bool) -> None:
    record = one.record
    for number, state in enumerate(record.states):
        if state.reference > len(record.references):
            faults.add(
                one.place("states", number, "reference"),
                f"found {state.reference}; the record has {len(record.references)} references, count from 1",
            )
    if not verified:
        return
    for number, reference in enumerate(record.references):
        for key in ("locator", "read_on"):
            if getattr(reference, key) is None:
                what = "place in the source (article, paragraph)" if key == "locator" else "day of reading"
                faults.add(
                    one.place("references", number),
                    f"has no {key}; give the {what}, or move the record to unverified/",
                )


_NEVER_READ: Final = date(1, 1, 1)


def _entries(record: MeasureForm) -> list[Entry]:
    return [
        Entry(
            state=state.state,
            begin=state.from_,
            through=state.through,
            then=state.then or "ended",
            read_on=record.references[state.reference - 1].read_on or _NEVER_READ,
            reason=state.reason or "",
        )
        for state in record.states
    ]


def _compiled(one: Located[MeasureForm]) -> dict[str, Any]:
    record = one.record
    plain = record.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)
    plain["targets"] = list(record.targets)
    plain["reach"] = record.reach
    for cover, form in zip(plain.get("covers", []), record.covers, strict=True):
        if form.minerals:
            cover["minerals"] = [mineral(name).id for name in form.minerals]
        if form.hs_edition:
            cover["hs_edition"] = edition_id(form.hs_edition)
    plain["states"] = [_plain_state(state) for state in record.states]
    plain["spans"] = [_plain_span(span) for span in spans_of(_entries(record))]
    plain["source"] = one.source
    return plain


def _plain_state(state: StateForm) -> dict[str, Any]:
    return state.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)


def _plain_span(span: Span) -> list[Any]:
    """Days as numbers (days since 0001-01-01), so that ten thousand records load at once."""
    end = None if span.end is None else span.end.toordinal()
    return [span.begin.toordinal(), end, span.state, span.entry, span.why, span.what]


def compile_shipped(data: Path, into: Path) -> list[Path]:
    """Compile the shipped records and lists; files that would not change are left alone.

    Parameters
    ----------
    data : Path
        Folder of the edited files.
    into : Path
        Folder of ``register.json``, ``unverified.json``, ``instruments.json`` and ``subjects.json``.

    Returns
    -------
    list of Path

    Raises
    ------
    InputError
        All faults of all files; nothing is written then.
    """
    register = compiled_records(sorted(data.glob("*.yaml")), known=_ids_of(data / "unverified"))
    known = {record["id"] for record in register}
    doubtful = compiled_records(sorted((data / "unverified").glob("*.yaml")), verified=False, known=known)
    twice = sorted(known & {record["id"] for record in doubtful})
    if twice:
        raise InputError(f"unverified/: {', '.join(twice)} stand among the verified records too; keep one")
    contents: dict[str, Any] = {"register": register, "unverified": doubtful}
    contents |= {name: list(vocabulary(name).values()) for name in ("instruments", "subjects")}
    return write_compiled(into, contents)


def _ids_of(folder: Path) -> set[str]:
    return {one.record.id for one in read_records(sorted(folder.glob("*.yaml")), MeasureForm)}


if __name__ == "__main__":  # called by hatch_build.py
    sys.exit(compile_or_say(compile_shipped, Path(__file__).parent))
