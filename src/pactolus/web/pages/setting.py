"""Templates of the pages, bound to one language and one address."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import MissingExtraError
from pactolus.reports.style import member_colours
from pactolus.reports.view import BriefView, grouped, sources_text
from pactolus.wording.phrases import phrase

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["environment", "set_part", "set_template"]

_HERE: Final = Path(__file__).parent
_MACROS: Final = ("big", "number", "runs", "sources", "table")


def set_template(name: str, lang: str, **given: Any) -> str:
    """A template with the words of a language; ``t`` takes keys of the room ``desk``."""

    def t(key: str, **slots: object) -> str:
        return phrase(lang, f"desk.{key}", **slots)

    def say(key: str, **slots: object) -> str:
        return phrase(lang, key, **slots)

    return environment().get_template(name).render(t=t, say=say, lang=lang, **given)


def set_part(
    template: str, view: BriefView, base: str, query: str, *, links: Mapping[str, str], **given: Any
) -> str:
    """The inside of a part.

    Parameters
    ----------
    template : str
    view : BriefView
    base : str
        Address of the part, without the query.
    query : str
        With its question mark, or empty.
    links : mapping
        Addresses that cells lead to, by their code.
    """
    tools = (
        environment()
        .get_template("macros.html.j2")
        .make_module(
            {
                "view": view,
                "base": base,
                "query": query,
                "links": links,
                "sources_text": sources_text,
                "raw": _raw,
                "say": _say(view.lang),
            }
        )
    )
    macros = {name: getattr(tools, name) for name in _MACROS}
    return set_template(
        template,
        view.lang,
        view=view,
        base=base,
        query=query,
        grouped=grouped,
        colours=member_colours(view.members),
        **macros,
        **given,
    )


def _say(lang: str) -> Any:
    def say(key: str, **slots: object) -> str:
        return phrase(lang, key, **slots)

    return say


def _raw(figure: Any) -> str:
    return "" if figure.value is None else repr(figure.value)


@functools.cache
def environment() -> Environment:
    """Templates of the pages; a place that is not given is an error, text is escaped."""
    try:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined
    except ImportError as error:
        raise MissingExtraError.of("web", "the pages of the desk") from error
    return Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
