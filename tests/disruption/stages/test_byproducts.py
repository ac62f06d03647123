"""By-products: their links and sources, ranges that hold, and missing output that is not zero."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.catalogue.world import World, open_world
from pactolus.disruption.stages.byproducts import COLUMNS, LABEL, byproduct_cut, shares_of
from pactolus.disruption.stages.coupled import Strike, coupled
from pactolus.errors import DataError, NoAnswerError, UnknownTermError
from pactolus.terms.links import byproduct_links
from pactolus.terms.minerals import minerals

WORLD = open_world()


@pytest.fixture(scope="module")
def world() -> World:
    return WORLD


def test_every_share_has_links_that_were_read_and_their_source() -> None:
    links = {link.id: link for link in byproduct_links()}
    found = [share for name in minerals() for share in shares_of(name)]
    for share in found:
        for one in (links[name] for name in share.links):
            assert one.status == "seen"
            assert share.host in one.hosts
            assert share.byproduct in one.byproducts
        first = links[share.links[0]]
        assert (share.title, share.reference, share.read_on) == (first.title, first.reference, first.read_on)
        assert 0 <= share.low <= share.high <= 1
        assert share.words
    assert len({(s.host, s.byproduct) for s in found}) == len(found) == 26


def test_no_link_that_was_read_is_forgotten_and_none_else_is_in() -> None:
    used = {name for mineral in minerals() for share in shares_of(mineral) for name in share.links}
    assert used == {link.id for link in byproduct_links() if link.status == "seen"}


def test_plants_limit_gallium_and_germanium_but_not_indium() -> None:
    """263 of 9,065 t Ga and 43 of 7,636 t Ge were refined in 2011; 54 % of the indium was extracted."""
    (gallium,) = shares_of("bauxite")
    zinc = {share.byproduct: share for share in shares_of("zinc")}
    assert gallium.extracted == pytest.approx(263 / 9065, abs=1e-4)
    assert zinc["germanium"].extracted == pytest.approx(43 / 7636, abs=1e-4)
    assert (gallium.plants_limit, zinc["germanium"].plants_limit) == (True, True)
    assert (zinc["indium"].extracted, zinc["indium"].plants_limit) == (0.54, False)
    assert (zinc["indium"].low, zinc["indium"].high) == (0.9, 1.0)


def test_a_cut_of_chinese_zinc_reaches_indium(world: World) -> None:
    found = byproduct_cut(world, "zinc", {"CHN": 0.5}, "indium", 2022)
    assert found.columns == list(COLUMNS)
    china, total = found.row(0, named=True), found.row(1, named=True)
    made = world.scan("production").filter(
        pl.col("mineral") == "indium", pl.col("year") == 2022, pl.col("source") == "wmd"
    )
    by_country = dict(made.select("country", "quantity").collect().iter_rows())
    assert china["output_t"] == by_country["CHN"] / 1000
    assert china["lost_low_t"] == pytest.approx(0.9 * 0.5 * china["output_t"])
    assert china["lost_high_t"] == pytest.approx(0.5 * china["output_t"])
    assert total["output_t"] == sum(by_country.values()) / 1000 == 1008  # World Mining Data, 2022
    assert total["world_high"] == pytest.approx(china["lost_high_t"] / 1008)
    assert china["stage"] == "refined"


def test_a_country_without_a_figure_is_empty_not_nothing(world: World) -> None:
    found = byproduct_cut(world, "zinc", {"AUS": 1.0, "CHN": 1.0}, "germanium", 2022)
    australia, china, total = found.iter_rows(named=True)
    assert australia["status"] == "no_production_data"
    assert australia["lost_high_t"] is australia["output_t"] is australia["world_high"] is None
    assert total["lost_high_t"] == china["lost_high_t"] > 0
    never = byproduct_cut(world, "zinc", {"CHN": 1.0}, "germanium", 1990)
    assert never["status"].unique().to_list() == ["no_production_data"]
    assert never["lost_high_t"].null_count() == never.height == 2


@given(
    cut=st.floats(0, 1),
    more=st.floats(0, 1),
    pair=st.sampled_from([("zinc", "indium"), ("copper", "cobalt")]),
)
def test_more_cut_never_loses_less_nor_more_than_there_is(
    cut: float, more: float, pair: tuple[str, str]
) -> None:
    host, mineral = pair
    deeper = cut + (1 - cut) * more
    less = byproduct_cut(WORLD, host, {"CHN": (0.0, cut)}, mineral, 2023).row(0, named=True)
    much = byproduct_cut(WORLD, host, {"CHN": (cut, deeper)}, mineral, 2023).row(0, named=True)
    assert 0 <= less["lost_low_t"] <= less["lost_high_t"] <= much["lost_high_t"] <= much["output_t"]
    assert less["lost_low_t"] <= much["lost_low_t"] <= much["lost_high_t"]


def test_the_cuts_of_a_chain_fit_as_they_are(world: World) -> None:
    chained = coupled(world, "bauxite", Strike(exporter="GIN", cut=(0.3, 0.6)), year=2024, months=2)
    shares = chained.cut_shares("alumina")
    found = byproduct_cut(world, "bauxite", shares, "gallium", 2024)
    china = found.filter(pl.col("country") == "CHN").row(0, named=True)
    assert (china["cut_low"], china["cut_high"]) == (shares["CHN"][0], shares["CHN"][2])
    assert china["lost_low_t"] == 0  # plants limit gallium, not alumina
    assert china["lost_high_t"] == pytest.approx(china["output_t"] * shares["CHN"][2])


def test_what_cannot_be_asked_is_said(world: World) -> None:
    with pytest.raises(
        NoAnswerError, match=r"comes with zinc; what does: gallium, germanium, indium, cadmium"
    ):
        byproduct_cut(world, "zinc", {"CHN": 1.0}, "cobalt", 2022)
    with pytest.raises(DataError) as caught:
        byproduct_cut(world, "zinc", {"CHN": 1.5, "KOR": (0.4, 0.2)}, "indium", 2022)
    assert len(str(caught.value).splitlines()) == 2
    with pytest.raises(UnknownTermError, match="zinc"):
        shares_of("zink")
    assert LABEL == "supply potential, not trade"
