"""Publishers in this process: files with ETag and Range, UN Comtrade's months, and what both may do wrong."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pactolus.catalogue.updates.download import Loader
from pactolus.catalogue.updates.run import Outcome, update
from pactolus.catalogue.updates.sources import BUILT_IN, Months, Source
from pactolus.runs.asking import Patience
from tests.catalogue.builders.test_comtrade import row
from tests.catalogue.builders.test_comtrade_api import Answer, Api, good
from tests.catalogue.builders.test_pinksheet import PINK
from tests.catalogue.builders.workbook_files import Rows, book

FIRST = datetime(2026, 3, 10, 6, tzinfo=UTC)


def pink_bytes(
    folder: Path, price: float = 511.5, rows: Rows | None = None, sheet: str = "Monthly Prices"
) -> bytes:
    """The Pink Sheet in its layout, with one price of one's own."""
    layout = [list(line) for line in rows or PINK]
    if rows is None:
        layout[6][1] = price
    return book(folder / "made.xlsx", {sheet: layout}).read_bytes()


class Publishers:
    """Files and months behind one local address; `wrong` answers are given first, in turn."""

    def __init__(self) -> None:
        self.api = Api()
        self.api.answers = self.answer
        self.files: dict[str, bytes] = {}
        self.etags = True
        self.ranges = True
        self.wrong: list[Answer | Callable[[Answer], Answer]] = []
        self.releases: dict[str, str] | None = {}
        """Month -> checksum of its release; None: the list of releases has another layout."""
        self.values: dict[str, float] = {}
        """Month -> value in USD of each row."""
        self.partners = [156, 152]
        self.waited: list[float] = []
        self.now = FIRST

    @property
    def address(self) -> str:
        """Scheme, host and port."""
        return self.api.address

    def asked(self, path: str = "") -> list[tuple[str, dict[str, list[str]], dict[str, str]]]:
        """Requests so far whose path begins so."""
        return [one for one in self.api.asked if one[0].startswith(path)]

    def sources(self, *names: str) -> dict[str, Source]:
        """The built-in sources at this address, and any file that is served."""
        monthly = replace(
            BUILT_IN["comtrade-monthly"],
            address=self.address,
            months=Months(
                reporters=("KOR", "JPN"),
                partners=("CHN", "CHL"),
                minerals="natural-graphite",
                months=3,
                revised=2,
            ),
        )
        pink = replace(BUILT_IN["pinksheet-monthly"], address=f"{self.address}/cmo.xlsx", page="")
        both = {source.id: source for source in (monthly, pink)}
        return {name: both[name] for name in names or both}

    def update(self, folder: Path, *names: str, **more: object) -> Outcome:
        """Update a folder from here; a day passes with every update."""
        now = self.now
        self.now += timedelta(days=1)
        given: dict[str, object] = {
            "sources": self.sources(*names),
            "key": "",
            "patience": Patience(wait=self.waited.append),
            "loader": lambda patience: Loader(patience, clock=lambda: 0.0),
            "now": lambda: now,
        }
        return update(folder, **(given | more))  # type: ignore[arg-type]

    def answer(self, path: str, asked: dict[str, list[str]], headers: dict[str, str]) -> Answer:
        """A right answer, unless a wrong one is due."""
        if self.wrong and not callable(self.wrong[0]):
            return self.wrong.pop(0)  # type: ignore[return-value]
        right = self.right(path, asked, headers)
        if self.wrong and callable(self.wrong[0]):
            return self.wrong.pop(0)(right)  # type: ignore[operator]
        return right

    def right(self, path: str, asked: dict[str, list[str]], headers: dict[str, str]) -> Answer:
        """What a publisher in order answers."""
        if path.endswith("/getDA/C/M/HS"):
            return self._released(asked)
        if path.endswith("/C/M/HS"):
            return self._months(asked)
        return self._file(path, headers)

    def _released(self, asked: dict[str, list[str]]) -> Answer:
        if self.releases is None:
            return good([{"month": "202602"}])
        reporter, periods = asked["reporterCode"][0], asked["period"][0].split(",")
        return good(
            [
                {
                    "period": int(p),
                    "reporterCode": int(reporter),
                    "datasetChecksum": self.releases[p],
                    "lastReleased": "2026-01-01",
                }
                for p in periods
                if p in self.releases
            ]
        )

    def _months(self, asked: dict[str, list[str]]) -> Answer:
        return good(
            [
                row(
                    freqCode="M", period=p, refYear=int(p[:4]), reporterCode=int(asked["reporterCode"][0]),
                    partnerCode=partner, cmdCode=code, flowCode=flow, primaryValue=self.values.get(p, 1000.0),
                )
                for p in asked["period"][0].split(",")
                if self.releases is None or p in self.releases
                for code in asked["cmdCode"][0].split(",")
                for flow in asked["flowCode"][0].split(",")
                for partner in self.partners
            ]
        )  # fmt: skip

    def _file(self, path: str, headers: dict[str, str]) -> Answer:
        content = self.files.get(path)
        if content is None:
            return 404, {}, b"not found"
        etag = f'"{hashlib.sha256(content).hexdigest()[:12]}"'
        told = {"ETag": etag} if self.etags else {}
        if self.etags and headers.get("if-none-match") == etag:
            return 304, told, b""
        begin = re.fullmatch(r"bytes=(\d+)-", headers.get("range", ""))
        if begin and self.ranges and headers.get("if-range") == etag:
            start = int(begin[1])
            if start >= len(content):
                return 416, {"Content-Range": f"bytes */{len(content)}"}, b""
            told |= {"Content-Range": f"bytes {start}-{len(content) - 1}/{len(content)}"}
            return 206, told, content[start:]
        return 200, told, content


def cut(after: int) -> Callable[[Answer], Answer]:
    """The right answer, broken off after some bytes."""

    def broken(answer: Answer) -> Answer:
        code, headers, content = answer
        return code, headers | {"Content-Length": str(len(content))}, content[:after]

    return broken
