"""Files to begin with: an exercise on made-up tonnes, and decisions for an exercise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pactolus.response.exercise.exercise import Exercise

__all__ = ["EXERCISE", "decisions_template"]

#: An exercise that can be played as it stands.
EXERCISE: Final = """\
# An exercise on tonnes that you make up. In place of `declared`, `event` names a ready event or a file.
exercise: my-exercise            # letters, digits, dots, hyphens
title: My exercise               # one text, or {en: ..., ko: ..., ja: ...}
purpose: What the table should learn.
minutes: 120
declared:
  members: [KOR, JPN]
  start: 2030-01-01
  horizon: 12                    # months that are looked ahead, at least the longest case
  cases:                         # lengths thought possible; which one comes true is hidden
    - {months: 3, probability: 0.5}
    - {months: 8, probability: 0.5}
  places:                        # tonnes of a month
    - mineral: tungsten
      stage: intermediate
      price_usd_per_t: 40000
      use_t: {KOR: 300, JPN: 500}
      lost: {KOR: 0.6, JPN: 0.5} # part of use that does not arrive
  suppliers:
    - {supplier: VNM, mineral: tungsten, stage: intermediate, tonnes_a_month: 60,
       premium: [0.1, 0.2, 0.4], lag_months: 2}
holdings:                        # made up; may_go names members that may have the lot
  - {member: KOR, mineral: tungsten, stage: intermediate, months_of_use: 1, origin: VNM, may_go: [JPN]}
  - {member: JPN, mineral: tungsten, stage: intermediate, months_of_use: 2, origin: VNM, may_go: [KOR]}
rules: {lending_share: 0.3}      # what differs from the assumptions of the plan
hidden: {case: drawn}            # drawn by the seed, or the number of a case: 1, 2 ...
rounds: 6                        # months in which decisions are taken
deadline_day: 25                 # of its month
roles:
  - {id: kor, title: Korea, kind: member, member: KOR, sees: [stocks, rooms, chances],
     may: [release, keep, lend, swap, order, joint, expedite]}
  - {id: jpn, title: Japan, kind: member, member: JPN, sees: [stocks, rooms, chances],
     may: [release, keep, lend, swap, order, joint, expedite]}
injects:
  - id: begin
    month: 1
    day: 3
    title: Exports stop
    text: What is known on the first day.
    asks: What do you do this month?
  - id: worse
    month: 3
    day: 10
    title: It gets worse
    text: A supplier cannot deliver as hoped.
    changes:                     # room, loss, chances or no_transfer
      - {change: room, supplier: VNM, factor: 0.5}
      - {change: chances, chances: [0.3, 0.7]}
debrief:
  - Which figure did you lack?
"""

_HEAD: Final = """\
# Decisions of {id}. Months are counted from 1 to {rounds};
# a decision of a month is taken until day {day} of it.
# action: release, keep, lend (to), swap (to), order, joint, expedite (from, any supplier if left out)
# until: stands again in each month up to it; entered: day on which it was decided
# Roles and what they may decide:
{roles}
exercise: {id}
decisions: []
# - {{role: {role}, month: 1, action: {action}, tonnes: 10, until: 3, why: "..."}}
"""


def decisions_template(exercise: Exercise) -> str:
    """An empty file of decisions, with the roles of an exercise and what they may decide."""
    able = [role for role in exercise.roles if role.may]
    roles = "\n".join(f"#   {role.id}: {', '.join(role.may)}" for role in able)
    return _HEAD.format(
        id=exercise.id,
        rounds=exercise.rounds,
        day=exercise.deadline_day,
        roles=roles,
        role=able[0].id,
        action=able[0].may[0],
    )
