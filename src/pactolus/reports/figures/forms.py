"""The plain form of ``Chart.data`` for each kind of chart: what a section fills in, and nothing else is read.

Everything shown as a number is a `Figure` (so that it keeps its id, unit, digits, interval, status
and origins); a gap is a Figure without a value and with its status, never 0 and never left out.
Everything shown as a word is a `Term` (named in the reader's language), or a text that is the same
in every language (a year: ``"2024"``).

Members stay in the order typed; the renderer puts them in the reader's order. Under each chart the
renderer prints the same Figures as a table (folded in HTML, with CSV download) and the sources of
``Chart.origins``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NotRequired, TypedDict

from pactolus.catalogue.origins import Figure, Term

__all__ = [
    "KINDS",
    "Bars",
    "BarsData",
    "Flow",
    "FlowMapData",
    "HeatmapBlock",
    "HeatmapData",
    "Label",
    "Land",
    "Line",
    "Panel",
    "Pin",
    "ProjectMapData",
    "Ribbon",
    "RibbonsData",
    "SeriesData",
    "StageBar",
    "StageColumn",
    "StageColumnsData",
    "StageSegment",
    "StateSpan",
    "TimelineData",
    "TimelineRow",
]

Label = Term | str
"""A word to be named in the reader's language, or a text that is the same in all (a year)."""

Point = tuple[float, float]

#: Kinds of charts the renderer draws.
KINDS: Final = (
    "flow_map",
    "stage_columns",
    "heatmap",
    "series",
    "bars",
    "timeline",
    "project_map",
    "ribbons",
)


class Land(TypedDict):
    """Background of maps; made by `figures.land_of(world)`, once a report."""

    rings: Sequence[Sequence[Point]]
    """Closed rings of the land without boundaries, planar units of the world's ``land`` (y downwards)."""
    holes: Sequence[bool]
    """One a ring: true for water inside the ring before it."""
    points: Mapping[str, Point]
    """One point a country or region (ISO alpha-3), same units."""


class Flow(TypedDict):
    """One arc of a flow map."""

    exporter: str
    """ISO alpha-3; must have a point, else the flow is only in the table."""
    importer: str
    """A member."""
    value: Figure
    partner_reported: NotRequired[bool]
    """True where the partner alone reports (always so for PRK): drawn dashed, explained in the notes."""


class FlowMapData(TypedDict):
    """``flow_map``: arcs into the members, width by value, largest suppliers labelled.

    Give at most about 12 flows a member (the largest); the rest belongs to ``others``.
    """

    land: Land
    members: Sequence[str]
    flows: Sequence[Flow]
    others: NotRequired[Mapping[str, Figure]]
    """Member -> what all suppliers not drawn add up to."""
    totals: NotRequired[Mapping[str, Figure]]
    """Member -> all imports shown or not, printed in the legend."""


class StageSegment(TypedDict):
    """One supplier of one bar."""

    country: Label
    """Term of kind ``country``, or a phrase for the rest ("others")."""
    value: Figure
    """In the unit of the bar's total."""
    share: Figure
    """Share of the bar's total, unit ``share`` (0-1): the height drawn."""
    partner_reported: NotRequired[bool]


class StageBar(TypedDict):
    """Supply of one member at one stage."""

    member: str
    total: Figure
    """What the shares are of (imports, or imports and domestic production on the same basis)."""
    domestic: StageSegment | None
    """Domestic production on the same basis; None prints "domestic supply not shown"."""
    imports: Sequence[StageSegment]
    """Largest first, at most about 6, the rest as a last segment "others"; empty prints "no data"."""


class StageColumn(TypedDict):
    """One stage: bars of the members beside each other, nothing linked to the next stage."""

    stage: Label
    basis: NotRequired[Label]
    """What is weighed or valued, printed below the column ("customs value, 2024")."""
    codes: NotRequired[str]
    """Codes behind the column, the same in all languages ("HS92 2504.10")."""
    bars: Sequence[StageBar]


class StageColumnsData(TypedDict):
    """``stage_columns``: one column a stage with a visible break between, never chained."""

    members: Sequence[str]
    columns: Sequence[StageColumn]


class HeatmapBlock(TypedDict):
    """One block of columns side by side, usually one member."""

    label: Label
    """Heading of the block: Term of kind ``members`` or another."""
    member: NotRequired[str]
    """Set where the block is a member's, so that blocks follow the reader's order."""
    columns: Sequence[Label]
    cells: Sequence[Sequence[Figure]]
    """``cells[row][column]``; a Figure without a value is hatched."""


class HeatmapData(TypedDict):
    """``heatmap``: rows (minerals) by columns (years), one block a member, one sequential scale."""

    rows: Sequence[Label]
    blocks: Sequence[HeatmapBlock]
    low: float
    """Value at the light end of the scale."""
    high: float
    """Value at the dark end; values beyond are drawn in the end colour."""
    measure: Label
    """What the colour means, printed beside the scale."""
    show_values: NotRequired[bool]
    """Print the number in each cell (only with few columns)."""


class Line(TypedDict):
    """One line of a panel."""

    label: Label
    member: NotRequired[str]
    """Member whose colour it takes; another line (world, together) takes a neutral colour and dashes."""
    values: Sequence[Figure]
    """One a position of the panel's ``x``; a Figure without value breaks the line; low/high draw a band."""
    strong: NotRequired[bool]
    """A line of no member that the panel is about: drawn in ink, without dashes."""


class Panel(TypedDict):
    """One small chart of several with the same axis."""

    label: Label
    x: Sequence[str]
    """Positions, usually years as text."""
    lines: Sequence[Line]
    member: NotRequired[str]
    """Set where the panel is a member's: panels then stand in the reader's order, others after them."""


class SeriesData(TypedDict):
    """``series``: one or several panels of lines over time with interval bands, gaps where missing."""

    panels: Sequence[Panel]
    measure: Label
    across: NotRequired[int]
    """Panels beside each other, so that a column has a meaning; on a narrow page a whole part of them."""
    low: NotRequired[float]
    """Lower end of the value axis, 0 if left out."""
    high: NotRequired[float]
    """Upper end of the value axis, from the values if left out."""


class Bars(TypedDict):
    """One group of bars: the same colour in every category."""

    label: Label
    member: NotRequired[str]
    values: Sequence[Figure]
    """One a category; low/high draw whiskers, a missing value a hatched stub with "no data"."""


class BarsData(TypedDict):
    """``bars``: categories (minerals) with one bar a member beside each other, horizontal."""

    categories: Sequence[Label]
    groups: Sequence[Bars]
    measure: Label
    low: NotRequired[float]
    high: NotRequired[float]


class StateSpan(TypedDict):
    """Days on which one state holds, both included."""

    state: str
    """A state of `pactolus.policy.states.STATES`; ``ended`` is not drawn."""
    begin: str
    """ISO date."""
    end: str | None
    """ISO date; None while it is open."""


class TimelineRow(TypedDict):
    """One measure."""

    label: Label
    issuer: Label
    spans: Sequence[StateSpan]


class TimelineData(TypedDict):
    """``timeline``: one row a measure, its states over the years; at most about 16 rows."""

    rows: Sequence[TimelineRow]
    first: int
    """First year shown."""
    today: str
    """ISO date of the line that marks the day asked for; later days are shown lighter."""


class Pin(TypedDict):
    """One project on a map."""

    label: Label
    host: str
    """ISO alpha-3."""
    place: Point | None
    """Planar units of the land, approximate; None: only in the table."""
    mineral: str
    status: str
    """A status of `pactolus.projects.base.candidates.STATUSES`, or empty where none is recorded."""
    sides: Mapping[str, str]
    """Member -> ``owner, holder, buyer, role``; members without a side are left out."""
    value: Figure
    """Capacity of the product; a Figure without a value where no source prints it in tonnes."""


class ProjectMapData(TypedDict):
    """``project_map``: one pin a project, colour by mineral, shape by status, rings for members."""

    land: Land
    members: Sequence[str]
    pins: Sequence[Pin]
    """The most important first: labels are placed in this order."""


class Ribbon(TypedDict):
    """One project from the day of its status to its first production."""

    label: Label
    mineral: str
    host: str
    status: str
    begin: str
    """ISO date of the status."""
    start: Figure
    """First year of production with its range."""
    sides: Mapping[str, str]


class RibbonsData(TypedDict):
    """``ribbons``: one row a project, from its status to the range of its first production."""

    members: Sequence[str]
    rows: Sequence[Ribbon]
    today: str
    """ISO date of the line that marks the day asked for."""
