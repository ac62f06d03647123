"""Every page, in the order of the navigation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pactolus.web.pages.contents import data, mineral, overview, projects, stockpile
from pactolus.web.pages.kinds import PageKind

__all__ = ["PAGES"]

PAGES: Final[Mapping[str, PageKind]] = {
    page.id: page for page in (overview.PAGE, mineral.PAGE, stockpile.PAGE, projects.PAGE, data.PAGE)
}
