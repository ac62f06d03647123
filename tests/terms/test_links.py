from __future__ import annotations

import pytest

from pactolus.errors import UnknownTermError
from pactolus.terms.hs_codes import hs_codes
from pactolus.terms.links import byproduct_links, byproducts_of, hosts_of, stage_links, stage_links_of


def test_every_code_of_a_link_stands_at_its_stage():
    for link in stage_links():
        for stage, codes in ((link.from_stage, link.from_codes), (link.to_stage, link.to_codes)):
            assert {hs_codes()[code].stage for code in codes} <= {stage}, link.id


def test_chains_go_from_the_ore_to_what_is_made_of_it():
    nickel = [(link.from_stage, link.to_stage) for link in stage_links_of("nickel")]
    assert nickel == [
        ("ore", "refined"),
        ("ore", "intermediate"),
        ("ore", "intermediate"),
        ("intermediate", "refined"),
    ]
    assert stage_links_of("희토류") == stage_links_of("rare-earths")


def test_no_link_leads_back_to_the_ore():
    assert [link.id for link in stage_links() if link.to_stage == "ore" and link.from_stage != "ore"] == []


def test_hosts_and_by_products_are_two_sides_of_one_table():
    for link in byproduct_links():
        for mineral in link.byproducts:
            assert link in hosts_of(mineral)
        for mineral in link.hosts:
            assert link in byproducts_of(mineral)


@pytest.mark.parametrize(
    ("mineral", "hosts"),
    [
        ("gallium", {"bauxite", "zinc"}),
        ("rhenium", {"molybdenum"}),
        ("cobalt", {"copper", "nickel", "platinum"}),
        ("tellurium", {"copper"}),
    ],
)
def test_who_hosts_whom(mineral, hosts):
    assert {host for link in hosts_of(mineral) for host in link.hosts} == hosts


def test_what_was_not_read_is_unconfirmed_and_what_was_read_names_its_source():
    statuses = {link.status for link in (*byproduct_links(), *stage_links())}
    assert statuses == {"seen", "unconfirmed"}
    assert [link.id for link in byproduct_links() if link.status == "seen" and not link.title] == []
    assert [link.id for link in stage_links() if link.status == "seen" and not link.reference] == []


def test_an_unknown_mineral_is_refused():
    with pytest.raises(UnknownTermError, match="unknown mineral 'unobtainium'"):
        hosts_of("unobtainium")
