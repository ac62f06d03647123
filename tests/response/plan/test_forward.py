"""Projects brought forward: a user's assumption on records, and what the programme does with it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pactolus.errors import InputError
from pactolus.projects.pipeline.appraisable import candidates_of
from pactolus.projects.pipeline.loading import shipped_projects
from pactolus.response.events.event import Forward
from pactolus.response.plan.allotting import moves_of
from pactolus.response.plan.forward import accelerations, read_forward
from pactolus.response.plan.plan import plan_of
from pactolus.response.plan.situation import Acceleration
from pactolus.response.plan.solving import Solver
from tests.response.made_up import situation

ASKED = Forward(project="TZA-GR-MAHENGE", lead_months=3, cost_musd=2.0, source="desk")
MEMBERS = ("KOR", "JPN")


def made(*asked: Forward, cut: tuple[str, ...] = ("CHN",)) -> dict[tuple[str, str], tuple[Acceleration, ...]]:
    return dict(accelerations(asked, None, members=MEMBERS, cut=cut)[0])


def test_a_record_gives_place_and_a_twelfth_of_its_capacity() -> None:
    [record] = [one for one in candidates_of(shipped_projects())[0] if one.id == ASKED.project]
    [(place, (one,))] = made(ASKED).items()
    assert place == (record.mineral, record.stage)
    assert one.room_t == pytest.approx(record.capacity_t / 12)
    assert "a twelfth of its capacity" in one.source
    assert one.source.endswith("desk")
    [own] = made(replace(ASKED, tonnes_a_month=(10.0, 25.0), members=("JPN",), stage="mixed"))[
        "natural-graphite", "mixed"
    ]
    assert (own.ramp_t, own.room_t, own.open_to) == ((10.0,), 25.0, ("JPN",))
    _, [note] = accelerations([ASKED], None, members=MEMBERS, cut=())
    assert "brought forward by a user's assumption" in note


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"project": "mine"},
            "project mine: is no record of the pipeline; give mineral, stage, tonnes_a_mon",
        ),
        ({"members": ("USA",)}, "project TZA-GR-MAHENGE: USA is no member; there are KOR, JPN"),
        ({"mineral": "lithium"}, "lithium is none of its minerals, natural-graphite; mend one of them"),
    ],
)
def test_what_a_project_lacks_is_said(change: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        made(replace(ASKED, **change))  # type: ignore[arg-type]


def test_a_project_of_a_country_that_is_cut_brings_nothing() -> None:
    with pytest.raises(InputError, match="stands in TZA, which is cut itself or supplies no plan"):
        made(ASKED, cut=("TZA",))
    with pytest.raises(InputError, match="stands twice"):
        made(ASKED, ASKED)


def test_the_first_months_are_those_of_the_ramp_and_only_its_members_pay() -> None:
    project = Acceleration(
        place=0, project="mine", room_t=25.0, ramp_t=(5.0, 10.0), delay=2, cost_musd=0.01, open_to=("JPN",)
    )
    one = situation(stock=(None, None), room=0.0, projects=(project,), lengths=(8,))
    answer = Solver(replace(one, inflow_free=one.inflow_free * 0)).solve()
    moves = moves_of(answer)
    came = {m.month: m.tonnes for m in moves if m.kind == "deliver"}
    assert [came[t] for t in (2, 3, 4)] == [pytest.approx(5), pytest.approx(10), pytest.approx(25)]
    assert {m.member for m in moves if m.kind == "deliver"} == {1}
    costs = answer.parts[0].programme
    begun = costs.by_kind["project"][0]
    assert costs.costs[:, begun].tolist() == [0, pytest.approx(0.01)]
    row = plan_of(one, robust=False).actions.filter(action="project acceleration").row(0, named=True)
    assert (row["what"], row["owner"]) == ("mine", "JPN")


def test_a_table_is_read_with_all_its_faults() -> None:
    good = {
        "project": "mine",
        "lead_months": "6",
        "cost_musd": "12",
        "members": "Korea",
        "mineral": "graphite",
    }
    [one] = read_forward([good], "own.csv")
    assert (one.members, one.mineral, one.lead_months, one.tonnes_a_month) == (
        ("KOR",),
        "natural-graphite",
        6,
        (),
    )
    bad = [good | {"lead_months": "0"}, good | {"cost_musd": ""}, good | {"tonnes_a_month": "-1"}]
    with pytest.raises(InputError) as caught:
        read_forward(bad, "own.csv")
    assert [line.split("; ")[0] for line in str(caught.value).splitlines()] == [
        "own.csv: line 2: lead_months 0",
        "own.csv: line 3: cost_musd is missing",
        "own.csv: line 4: tonnes_a_month: a number below 0 or none",
    ]
