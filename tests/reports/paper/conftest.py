"""Papers of shipped events on the embedded world, planned once for all tests."""

from __future__ import annotations

import pytest

from pactolus.catalogue.world import World, open_world
from pactolus.policy.register import register
from pactolus.reports.document import Brief
from pactolus.reports.paper.build import build_paper
from pactolus.response.events.dues import event_dues
from pactolus.response.events.event import Event, ready_event
from pactolus.response.plan.plan import ResponsePlan
from pactolus.response.plan.real import Given, respond
from pactolus.stockpile.members.holdings import HoldingRange
from pactolus.workspace.labels import Levels

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


@pytest.fixture(scope="session")
def secret_plan(world: World, event: Event) -> ResponsePlan:
    return respond(world, event, register(), given=Given(holdings=HELD), no_transfer=("JPN",), robust=False)


@pytest.fixture(scope="session")
def secret(world: World, event: Event, secret_plan: ResponsePlan) -> Brief:
    day = event.reported_on
    return build_paper(world, event, secret_plan, event_dues(event, day), as_of=day)
