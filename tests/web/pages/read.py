"""What a page says, read from its HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

__all__ = ["Page", "read"]


@dataclass
class Page(HTMLParser):
    """Texts, links and languages of one page."""

    lang: str = ""
    text: str = ""
    numbers: list[tuple[str, str, str]] = field(default_factory=list)
    """Id, text and address of every number with a way back."""
    links: list[str] = field(default_factory=list)
    charts: list[str] = field(default_factory=list)
    later: list[str] = field(default_factory=list)
    """Addresses of parts that are asked for after the page."""
    inline: list[str] = field(default_factory=list)
    """Scripts and style sheets written into the page."""

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[str] = []
        self._number: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what matters of a tag."""
        given = {key: value or "" for key, value in attrs}
        self._open.append(tag)
        self.lang = given.get("lang", "") if tag == "html" else self.lang
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
            if "data-id" in given:
                self._number = [given["data-id"], "", given["href"]]
        if "data-src" in given:
            self.charts.append(given["data-src"])
        if "hx-get" in given:
            self.later.append(given["hx-get"])
        if tag == "script" and "src" not in given:
            self.inline.append(tag)
        if tag == "style" or any(key.startswith("on") for key in given):
            self.inline.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """A number ends with its link."""
        if tag == "a" and self._number is not None:
            identity, text, address = self._number
            self.numbers.append((identity, re.sub(r"\s+", " ", text).strip(), address))
            self._number = None

    def handle_data(self, data: str) -> None:
        """Text, and the text of a number."""
        self.text += data
        if self._number is not None:
            self._number[1] += data


def read(html: str) -> Page:
    """A page."""
    page = Page()
    page.feed(html)
    return page
