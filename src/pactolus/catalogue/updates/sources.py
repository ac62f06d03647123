"""The sources that an update asks: the publishers' own, and files at an address that the user names.

``sources.yaml`` in the update folder adds sources, changes those that are listed here, and switches them on
or off. Every fault of it is told at once, each with its line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from pactolus.catalogue.readers.comtrade_api import ADDRESS
from pactolus.catalogue.readers.kinds import MODULES, reader
from pactolus.catalogue.readers.mapping_yaml import Node, did_you_mean, read_yaml
from pactolus.catalogue.reading.findings import Findings
from pactolus.errors import InputError, OptionError
from pactolus.runs.asking import require_secure
from pactolus.terms.countries import country
from pactolus.terms.minerals import resolve_minerals

__all__ = ["BUILT_IN", "RECORDS", "Months", "Source", "chosen_sources", "known_sources"]

#: File of the user in an update folder.
RECORDS: Final = "sources.yaml"
_ID: Final = re.compile(r"^[a-z0-9][a-z0-9-]{0,59}$")
_MONTHLY: Final = ("reporters", "partners", "flows", "minerals", "months", "revised")
_MOST_MONTHS: Final = 600
_FILE: Final = ("kind", "mapping", "title", "licence")


@dataclass(frozen=True, kw_only=True)
class Months:
    """What is asked of UN Comtrade, month by month."""

    reporters: tuple[str, ...] = ("KOR", "JPN")
    partners: tuple[str, ...] = ()
    """None means every one."""
    flows: tuple[str, ...] = ("M",)
    minerals: str = "all"
    """Their codes in every edition that may be reported."""
    months: int = 24
    """Last months before today's that are wanted. [1]"""
    revised: int = 12
    """Last months that are asked for again where the publisher does not say what it released anew. [1]"""


@dataclass(frozen=True, kw_only=True)
class Source:
    """One source of live data."""

    id: str
    kind: str
    """Kind of file, as ``data build`` takes it (`readers.kinds`)."""
    title: str
    address: str
    """Of the file, or of the API."""
    licence: str = ""
    """As the user names it; that of the kind where it is empty."""
    page: str = ""
    """Page of the publisher that names the address of the file, where that changes with every edition."""
    link: str = ""
    """How the address on that page ends."""
    hosts: tuple[str, ...] = ()
    """Hosts that the page may name."""
    mapping: Path | None = None
    """Mapping of a file of kind ``spreadsheet``."""
    months: Months | None = None
    """For UN Comtrade: what is asked."""
    on: bool = True
    largest: int = 256 * 1024**2
    """Bytes of one file at most. [B]"""

    @property
    def suffix(self) -> str:
        """Ending of kept files."""
        if self.months is not None:
            return ".json.gz"
        path = re.sub(r"[?#].*$", "", self.address or self.link)
        found = re.search(r"\.[A-Za-z0-9]{1,5}$", path)
        return found[0].lower() if found else ".dat"


#: The publishers' own: where each is asked, as its pages said when they were read.
BUILT_IN: Final[Mapping[str, Source]] = {
    source.id: source
    for source in (
        Source(
            id="comtrade-monthly",
            kind="comtrade",
            title="UN Comtrade, monthly imports as reported",
            address=ADDRESS,
            months=Months(),
        ),
        Source(
            id="comtrade-mirror",
            kind="comtrade",
            title="UN Comtrade, monthly exports to the members as their suppliers report them",
            address=ADDRESS,
            months=Months(reporters=("CHN",), partners=("KOR", "JPN"), flows=("X",)),
            on=False,
        ),
        Source(
            id="pinksheet-monthly",
            kind="pinksheet",
            title='World Bank Commodity Price Data ("Pink Sheet"), monthly',
            address="",
            page="https://www.worldbank.org/en/research/commodity-markets",
            link="/CMO-Historical-Data-Monthly.xlsx",
            hosts=("thedocs.worldbank.org",),
        ),
    )
}


def known_sources(folder: Path, addresses: Mapping[str, str] | None = None) -> dict[str, Source]:
    """The sources of an update folder: ours, and those of its ``sources.yaml``.

    Parameters
    ----------
    folder : path
    addresses : mapping, optional
        Source -> address to be asked instead.

    Raises
    ------
    InputError
        With every fault of the file, or an address that is not https.
    """
    found = dict(BUILT_IN)
    file = folder / RECORDS
    if file.is_file():
        found |= _of_user(file)
    faults = []
    for name, address in (addresses or {}).items():
        if name not in found:
            faults.append(f"--address: no source {name!r}{did_you_mean(name, list(found))}")
            continue
        try:
            require_secure(address)
        except OptionError as error:
            faults.append(f"--address: {name}: {error}")
        found[name] = replace(found[name], address=address, page="")
    if faults:
        raise InputError.gathered(faults)
    return found


def chosen_sources(sources: Mapping[str, Source], names: Sequence[str] = ()) -> list[Source]:
    """The sources named; those that are switched on where none is named.

    Raises
    ------
    OptionError
        With every name that is no source.
    """
    unknown = [name for name in names if name not in sources]
    if unknown:
        raise OptionError(
            "\n".join(
                f"--sources: no source {name!r}; there are {', '.join(sources)}"
                f"{did_you_mean(name, list(sources))}"
                for name in unknown
            )
        )
    return [sources[name] for name in names] if names else [s for s in sources.values() if s.on]


def _of_user(file: Path) -> dict[str, Source]:
    findings = Findings(file=file.name)
    top = read_yaml(file, findings)
    found: dict[str, Source] = {}
    if top is not None:
        top.only(("sources",))
        below = top.level("sources")
        for name in below.data if below is not None else ():
            node = below.level(name) if below is not None else None
            if node is not None and below is not None:
                source = _one(str(name), node, below, file.parent)
                if source is not None:
                    found[source.id] = source
    findings.require_usable()
    return found


def _one(name: str, node: Node, above: Node, folder: Path) -> Source | None:
    """One source of the file; None, or any source with findings, where it has faults."""
    if not _ID.match(name):
        above.refuse(
            name, f"{name[:40]!r}", "write small letters, digits and hyphens", kind="name", of_value=False
        )
        return None
    ours = BUILT_IN.get(name)
    if ours is None:
        return _new(name, node, above, folder)
    node.only(("on", "address", *(_MONTHLY if ours.months is not None else ())))
    changed = replace(ours, on=_flag(node, otherwise=True))
    address = _address(node)
    if address:
        changed = replace(changed, address=address, page="")
    return changed if ours.months is None else replace(changed, months=_months(node, ours.months))


def _new(name: str, node: Node, above: Node, folder: Path) -> Source | None:
    node.only(("on", "address", *_FILE))
    for key in ("address", "kind", "licence"):
        if key not in node.data:
            above.refuse(name, f"{key} is missing", "write address, kind and licence", kind="column")
    kind = node.scalar("kind") or ""
    if kind and kind not in MODULES:
        node.refuse("kind", f"{kind!r}{did_you_mean(kind, list(MODULES))}", f"known are {', '.join(MODULES)}")
        return None
    mapping = node.scalar("mapping")
    if (mapping is None) is (kind == "spreadsheet"):
        what = "mapping is missing" if mapping is None else "mapping is given"
        above.refuse(name, what, "a source of kind spreadsheet has one, no other has", kind="column")
    elif mapping is not None and not (folder / mapping).is_file():
        node.refuse("mapping", f"no file {mapping!r} beside {RECORDS}", "give the mapping file")
    address = _address(node)
    if not kind:
        return None
    return Source(
        id=name,
        kind=kind,
        title=node.scalar("title") or reader(kind).KIND.title,
        address=address,
        licence=node.scalar("licence") or "",
        mapping=None if mapping is None else folder / mapping,
        on=_flag(node, otherwise=True),
    )


def _address(node: Node) -> str:
    address = node.scalar("address") or ""
    try:
        if address:
            require_secure(address)
    except OptionError as error:
        node.refuse("address", str(error), "correct it")
    return address


def _flag(node: Node, *, otherwise: bool) -> bool:
    value = node.data.get("on", otherwise)
    if not isinstance(value, bool):
        node.refuse("on", f"{str(value)[:40]!r}", "write true or false")
    return value is True


def _months(node: Node, usual: Months) -> Months:
    given: dict[str, Any] = {}
    for key in ("reporters", "partners", "flows"):
        if key in node.data:
            given[key] = node.texts(key)
    for key in ("reporters", "partners"):
        given |= {key: _countries(node, key, given[key])} if key in given else {}
    if [f for f in given.get("flows", ()) if f not in ("M", "X")]:
        node.refuse("flows", f"{', '.join(given['flows'])}", "M is import, X export")
    for key in ("months", "revised"):
        number = node.data.get(key, getattr(usual, key))
        if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= _MOST_MONTHS:
            node.refuse(
                key, f"{str(number)[:40]!r}", f"write a whole number from 1 to {_MOST_MONTHS}", kind="range"
            )
        else:
            given[key] = number
    if "minerals" in node.data:
        given["minerals"] = ",".join(node.texts("minerals"))
        try:
            resolve_minerals(given["minerals"])
        except InputError as error:
            node.refuse("minerals", str(error), "name minerals or groups, or all", kind="name")
    return replace(usual, **given)


def _countries(node: Node, key: str, names: Sequence[str]) -> tuple[str, ...]:
    found = []
    for name in names:
        try:
            found.append(country(name).iso3)
        except InputError as error:
            node.refuse(key, str(error), "correct it", kind="name")
    return tuple(found)
