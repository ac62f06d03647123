"""What a page is asked, and what its parts are built from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from pydantic import Field

from pactolus.errors import OptionError
from pactolus.terms.countries import importers_named
from pactolus.web.answers.answer import Question
from pactolus.web.answers.desk import Desk

if TYPE_CHECKING:
    from pactolus.catalogue.world import World
    from pactolus.reports.sections.basis import Basis
    from pactolus.web.access.reader import Reader

__all__ = ["LANGS", "PageQuestion", "Scene", "query_of"]

LANGS: Final = ("en", "ko", "ja")


class PageQuestion(Question):
    """What every page can be asked; a page adds its own fields. All of it stands in the address."""

    members: str = Field(default="KOR,JPN", description="Two or more importers, joined by commas.")
    year: int | None = Field(
        default=None, ge=1900, le=2200, description="Year of trade; the last one if omitted."
    )
    on: date | None = Field(default=None, description="Day of names, lists, measures; today if omitted.")


def query_of(question: PageQuestion, **changes: Any) -> str:
    """The query of an address: only what differs from the defaults, in the order of the fields.

    Examples
    --------
    >>> query_of(PageQuestion(year=2023)), query_of(PageQuestion(), on="2026-11-01"), query_of(PageQuestion())
    ('?year=2023', '?on=2026-11-01', '')
    """
    said = question.model_dump(mode="json") | changes
    usual = {name: field.default for name, field in type(question).model_fields.items()}
    kept = {name: value for name, value in said.items() if value != usual.get(name) and value is not None}
    return f"?{urlencode(kept, doseq=True)}" if kept else ""


@dataclass(frozen=True)
class Scene:
    """One question of one page over one world; free of language."""

    desk: Desk
    question: Any
    """The question of the page, a `PageQuestion`."""
    reader: Reader | None = None
    """Who asks; None on a desk without names."""

    @property
    def world(self) -> World:
        """The world of the desk."""
        return self.desk.world

    @cached_property
    def day(self) -> date:
        """The day asked for, or today."""
        found: date | None = self.question.on
        return found or datetime.now(UTC).date()

    @cached_property
    def members(self) -> tuple[str, ...]:
        """Ids of the members, resolved.

        Raises
        ------
        OptionError
            If there are fewer than two.
        UnknownTermError
            If one is unknown.
        """
        found = importers_named(self.question.members)
        if len(found) < 2:
            raise OptionError(
                f"members: {self.question.members!r} names {len(found)}; a page compares two or more, "
                "e.g. KOR,JPN"
            )
        return found

    @cached_property
    def basis(self) -> Basis:
        """Tables of the members and the year, shared by all pages of the desk."""
        return self.desk.basis(self.members, self.question.year, self.day)

    @property
    def year(self) -> int:
        """The year asked for, or the last one of the trade table."""
        found: int | None = self.question.year
        return self.years[-1] if found is None else found

    @property
    def years(self) -> tuple[int, ...]:
        """Years of the trade table, oldest first."""
        return self.desk.years
