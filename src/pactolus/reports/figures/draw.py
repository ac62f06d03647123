"""One chart of a report as an ECharts option."""

from __future__ import annotations

from typing import Any, cast

from pactolus.errors import DataError
from pactolus.reports.document import Chart
from pactolus.reports.figures import (
    bars,
    flow_map,
    heatmap,
    project_map,
    ribbons,
    series,
    stage_columns,
    timeline,
)
from pactolus.reports.figures.common import Drawing
from pactolus.reports.figures.forms import (
    KINDS,
    BarsData,
    FlowMapData,
    HeatmapData,
    ProjectMapData,
    RibbonsData,
    SeriesData,
    StageColumnsData,
    TimelineData,
)
from pactolus.reports.once import once

__all__ = ["WIDTH", "draw", "option"]

#: Width of a picture in the PDF, and in HTML before the page has drawn its own. [px]
WIDTH = 720


@once(keep=64)
def draw(chart: Chart, lang: str, width: int = WIDTH) -> Drawing:
    """Lay out a chart for one language and one width.

    Parameters
    ----------
    chart : Chart
        Its data in the form of its kind (see `figures.forms`).
    lang : str
    width : int
        Width of the picture. [px]

    Returns
    -------
    Drawing
        ECharts option of plain lists, numbers and text, with its size.

    Raises
    ------
    DataError
        If the kind is unknown, or its data lack a part.
    """
    try:
        match chart.kind:
            case "flow_map":
                return flow_map.draw(cast(FlowMapData, chart.data), lang, width)
            case "stage_columns":
                return stage_columns.draw(cast(StageColumnsData, chart.data), lang, width)
            case "heatmap":
                return heatmap.draw(cast(HeatmapData, chart.data), lang, width)
            case "series":
                return series.draw(cast(SeriesData, chart.data), lang, width)
            case "bars":
                return bars.draw(cast(BarsData, chart.data), lang, width)
            case "timeline":
                return timeline.draw(cast(TimelineData, chart.data), lang, width)
            case "project_map":
                return project_map.draw(cast(ProjectMapData, chart.data), lang, width)
            case "ribbons":
                return ribbons.draw(cast(RibbonsData, chart.data), lang, width)
    except KeyError as error:
        raise DataError(
            f"chart {chart.id}: its data have no {error.args[0]!r}, which kind {chart.kind!r} needs; "
            "see pactolus.reports.figures.forms"
        ) from error
    raise DataError(f"chart {chart.id}: kind {chart.kind!r} is not drawn; there are {', '.join(KINDS)}")


def option(chart: Chart, lang: str, width: int = WIDTH) -> dict[str, Any]:
    """The ECharts option of `draw`."""
    return draw(chart, lang, width).option
