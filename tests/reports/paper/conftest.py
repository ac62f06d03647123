"""Papers of shipped events on the embedded world, planned once for all tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from pactolus.catalogue.world import World, open_world
from pactolus.policy.register import register
from pactolus.reports.document import Brief
from pactolus.reports.paper.build import build_paper
from pactolus.response.events.dues import event_dues
from pactolus.response.events.event import Event, Forward, Shipment, ready_event
from pactolus.response.plan.given import Given
from pactolus.response.plan.plan import ResponsePlan
from pactolus.response.plan.real import respond
from pactolus.stockpile.members.holdings import HoldingRange
from pactolus.stockpile.members.lots import StockLot
from pactolus.workspace.labels import OPEN, Levels

HELD = (
    HoldingRange(
        member="KOR",
        mineral="natural-graphite",
        stage="mixed",
        form="",
        low=20.0,
        high=40.0,
        unit="days",
        label=Levels().read("KOR:restricted"),
    ),
)


@pytest.fixture(scope="session")
def world() -> World:
    return open_world()


@pytest.fixture(scope="session")
def event() -> Event:
    return ready_event("graphite-licence-2023")


@pytest.fixture(scope="session")
def plan(world: World, event: Event) -> ResponsePlan:
    return respond(world, event, register())


@pytest.fixture(scope="session")
def paper(world: World, event: Event, plan: ResponsePlan) -> Brief:
    day = event.reported_on
    return build_paper(world, event, plan, event_dues(event, day), as_of=day)


#: Lots of which one is of no use to its owner, cargo that is held, and a project that could be hurried.
LOTS = tuple(
    StockLot(
        mineral="natural-graphite",
        stage="mixed",
        member=member,
        origin="BRA",
        form=form,
        share=1.0,
        usable_by=able,
        content=content,
    )
    for member, form, able, content in (
        ("KOR", "flake", ("JPN",), 0.8),
        ("JPN", "spherical", ("KOR", "JPN"), 1.0),
    )
)
SHIPS = (
    Shipment(
        reference="S-1",
        member="KOR",
        mineral="natural-graphite",
        stage="mixed",
        form="flake",
        origin="CHN",
        tonnes=900.0,
        port="Busan",
        due=date(2023, 12, 20),
        status="held",
    ),
)
FORWARD = Forward(
    project="TZA-GR-MAHENGE", stage="mixed", lead_months=3, cost_musd=0.1, tonnes_a_month=(50.0, 200.0)
)


@pytest.fixture(scope="session")
def rich_event(event: Event) -> Event:
    return replace(event, shipments=SHIPS, projects=(FORWARD,))


@pytest.fixture(scope="session")
def rich_plan(world: World, rich_event: Event) -> ResponsePlan:
    both = (*HELD, replace(HELD[0], member="JPN", label=OPEN))
    return respond(world, rich_event, register(), given=Given(holdings=both, lots=LOTS), robust=False)


@pytest.fixture(scope="session")
def rich(world: World, rich_event: Event, rich_plan: ResponsePlan) -> Brief:
    day = rich_event.reported_on
    return build_paper(world, rich_event, rich_plan, [], as_of=day)


@pytest.fixture(scope="session")
def secret_plan(world: World, event: Event) -> ResponsePlan:
    return respond(world, event, register(), given=Given(holdings=HELD), no_transfer=("JPN",), robust=False)


@pytest.fixture(scope="session")
def secret(world: World, event: Event, secret_plan: ResponsePlan) -> Brief:
    day = event.reported_on
    return build_paper(world, event, secret_plan, event_dues(event, day), as_of=day)
