"""The after-action report of an exercise: one self-contained page a language, in the style of the briefs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pactolus.reports.html import content_policy, environment, fonts_css
from pactolus.reports.style import member_colours
from pactolus.response.exercise.score import PATHS
from pactolus.wording.dates import format_date
from pactolus.wording.names import country_with_mark, member_order, name
from pactolus.wording.numbers import format_number, format_value
from pactolus.wording.phrases import phrase

if TYPE_CHECKING:
    from pactolus.response.exercise.decisions import Decision
    from pactolus.response.exercise.report import AfterAction, Month
    from pactolus.response.exercise.state import Done

__all__ = ["render_exercise"]

_HERE: Final = Path(__file__).parent


def render_exercise(after: AfterAction, lang: str) -> str:
    """A page in one language, without any request, script or clock.

    Parameters
    ----------
    after : AfterAction
    lang : str
        One of ``en``, ``ko``, ``ja``.

    Raises
    ------
    MissingExtraError
        If Jinja2 is not installed.
    UnknownTermError
        If the language or a term is unknown.
    """
    template = environment().get_template("exercise.html.j2")
    from markupsafe import Markup

    page = _Page(after, lang)
    return template.render(
        t=page.t,
        page=page,
        lang=lang,
        policy=Markup(content_policy()),
        fonts=Markup(fonts_css(lang)),
        css=Markup((_HERE / "templates" / "brief.css").read_text(encoding="utf-8")),
        own_css=Markup((_HERE / "templates" / "exercise.css").read_text(encoding="utf-8")),
    )


class _Page:
    """What the template prints, in one language."""

    def __init__(self, after: AfterAction, lang: str) -> None:
        self.after, self.lang, self.exercise = after, lang, after.exercise
        self.members: Sequence[str] = member_order(after.exercise.members, lang)
        self.colours = member_colours(self.members)
        self.paths = PATHS

    def t(self, key: str, **slots: object) -> str:
        """A phrase."""
        return phrase(self.lang, f"exercise.{key}", **slots)

    @property
    def title(self) -> str:
        return self.t("title", exercise=self.exercise.titles[self.lang])

    @property
    def banner(self) -> str:
        """On every page: what is made up."""
        return self.t("made_up" if self.exercise.fictitious else "holdings_made_up")

    def country(self, member: str) -> str:
        return country_with_mark(member, self.lang)

    def number(self, value: float, digits: int = 1) -> str:
        return format_number(value, digits, signed=False)

    def share(self, value: float | None) -> str:
        return self.t("score_none") if value is None else format_value(value, "share", 0, self.lang)

    @property
    def ends(self) -> str:
        """The score at the ends of the losses beside the middle, or that they have no range."""
        shares = self.after.shares
        if not shares:
            return self.t("score_no_range")
        middle = self.after.score.share
        told = {end: self.share(shares.get(end, middle)) for end in ("low", "high")}
        return self.t("score_range", low=told["low"], middle=self.share(middle), high=told["high"])

    def day(self, value: Any) -> str:
        return format_date(value, self.lang)

    def place(self, mineral: str, stage: str) -> str:
        from pactolus.catalogue.origins import Term

        return name(Term(kind="mineral_stage", ids=(f"{mineral}@{stage}",)), self.lang)

    def cells(self, path: str) -> list[tuple[float, float]]:
        """Cost and missing tonnes of a path by member, all last."""
        table = self.after.score.costs.filter(path=path)
        rows = {row["member"]: (row["cost_musd"], row["missing_t"]) for row in table.iter_rows(named=True)}
        return [rows[member] for member in (*self.members, "all")]

    def role(self, id: str) -> str:
        """Title of a role, or the member that a plan speaks of."""
        if id.startswith("plan-"):
            return self.country(id.removeprefix("plan-"))
        return self.exercise.role(id).titles[self.lang]

    def act(self, one: Decision) -> str:
        """A decision in words, without who takes it."""
        parts = [self.t(f"action.{one.action}")]
        if len(self.after.score.played.setting.situation.places) > 1:
            parts.append(self._place_of(one))
        parts.append(f"{self.number(one.tonnes)} t")
        if one.to:
            parts.append(self.t("to", name=self.country(one.to)))
        if one.from_:
            parts.append(self.t("from", name=self.country(one.from_)))
        return " · ".join(parts)

    def _place_of(self, one: Decision) -> str:
        places = self.after.score.played.setting.situation.places
        k = next(k for k, (m, s) in enumerate(places) if one.mineral in (None, m) and one.stage in (None, s))
        return self.place(*places[k])

    def outcome(self, one: Done) -> str:
        """What became of a decision."""
        parts = [self.t(f"note.{one.note}")]
        if one.note in ("limited", "not_needed"):
            parts.append(
                self.t("carried", tonnes=self.number(one.tonnes), asked=self.number(one.decision.tonnes))
            )
        if one.month > one.decision.month - 1:
            parts.append(self.t("standing", month=one.decision.month))
        if one.decision.why:
            parts.append(self.t("why", why=one.decision.why))
        return " · ".join(parts)

    def chances(self, month: Month) -> str:
        """Lengths thought possible then."""
        return " · ".join(
            self.t("chance", months=length, share=format_value(chance, "share", 0, self.lang))
            for length, chance in month.chances
        )

    def stands(self, month: Month) -> list[Any]:
        """Stands in the reader's order of members."""
        return sorted(month.stands, key=lambda one: self.members.index(one.member))
