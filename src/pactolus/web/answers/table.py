"""Every question with rows, by its place under ``/api/v1``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pactolus.web.answers import events, measures, numbers, projects, records, watching
from pactolus.web.answers.answer import Asked

__all__ = ["ANSWERS"]

ANSWERS: Final[Mapping[str, Asked]] = {
    "data/tables": Asked(
        question=records.Nothing, answer=records.table_rows, what="Tables of the world.", room="data"
    ),
    "assess": Asked(
        question=numbers.AssessQuestion,
        answer=numbers.assess_rows,
        what="Indicators of supply risk, one row a number.",
        room="indicators",
    ),
    "policy/measures": Asked(
        question=records.MeasuresQuestion,
        answer=records.measure_rows,
        what="Every measure that has a state on a day, proposals too.",
        room="policy",
    ),
    "policy/in-force": Asked(
        question=records.InForceQuestion,
        answer=records.in_force_rows,
        what="Measures in force, suspended or unconfirmed on a day.",
        room="policy",
    ),
    "policy/compare": Asked(
        question=records.CompareQuestion,
        answer=records.compare_rows,
        what="Members side by side: measures, lists, or numbers.",
        room="policy",
    ),
    "policy/changes": Asked(
        question=measures.PolicyChangesQuestion,
        answer=measures.policy_change_rows,
        what="What changed after one day and up to another.",
        room="policy",
    ),
    "policy/trade": Asked(
        question=measures.TradeQuestion,
        answer=measures.trade_rows,
        what="Imports from the issuer under the codes of measures.",
        room="policy",
    ),
    "policy/transferable": Asked(
        question=measures.TransferableQuestion,
        answer=measures.transferable_rows,
        what="Whether a lot may be lent, swapped or passed on.",
        room="policy",
    ),
    "policy/timeline": Asked(
        question=measures.TimelineQuestion,
        answer=measures.timeline_rows,
        what="Every state of measures, with its days.",
        room="policy",
    ),
    "dialogue/meetings": Asked(
        question=records.MeetingsQuestion,
        answer=records.meeting_rows,
        what="Meetings of the dialogues.",
        room="dialogue",
    ),
    "dialogue/commitments": Asked(
        question=records.CommitmentsQuestion,
        answer=records.commitment_rows,
        what="Topics and commitments, with what became of them.",
        room="dialogue",
    ),
    "dialogue/changes": Asked(
        question=records.DialogueChangesQuestion,
        answer=records.dialogue_change_rows,
        what="What moved between two days: exposures, measures, projects, commitments.",
        room="dialogue",
    ),
    "projects/list": Asked(
        question=projects.ProjectsQuestion,
        answer=projects.project_rows,
        what="Records of projects, one row a record.",
        room="projects",
    ),
    "projects/capabilities": Asked(
        question=records.Nothing,
        answer=projects.capability_rows,
        what="What companies and institutions are publicly known to do.",
        room="projects",
    ),
    "watch/list": Asked(
        question=watching.WatchQuestion,
        answer=watching.watch_rows,
        what="What to look at on a day, or what changed in it since another.",
        room="watch",
    ),
    "watch/outlook": Asked(
        question=numbers.OutlookQuestion,
        answer=numbers.outlook_rows,
        what="How likely imports fall or cost more next year.",
        room="watch",
    ),
    "events": Asked(
        question=events.TitlesQuestion,
        answer=events.event_rows,
        what="Ready events, for a job of kind respond.",
        room="response",
    ),
    "respond/clocks": Asked(
        question=events.ClocksQuestion,
        answer=events.clock_rows,
        what="What of a ready event is due when, by whose clock.",
        room="response",
    ),
    "exercises": Asked(
        question=events.TitlesQuestion,
        answer=events.exercise_rows,
        what="Ready exercises.",
        room="response",
    ),
    "shock/events": Asked(
        question=records.Nothing, answer=records.past_rows, what="Named events of the past.", room="scenarios"
    ),
    "shock/priors": Asked(
        question=records.Nothing,
        answer=records.prior_rows,
        what="How large and how long shocks of each kind were.",
        room="scenarios",
    ),
    "scenarios": Asked(
        question=records.Nothing,
        answer=records.scenario_rows,
        what="Ready scenarios, for a job of kind shock.",
        room="scenarios",
    ),
}
