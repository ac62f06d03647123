"""An event that uses every key, and the holdings it names."""

from __future__ import annotations

EVENT = """event: trial
title: A trial
reported_on: 2026-03-02
requester: KOR
members: [KOR, JPN]
shocks:
  - {kind: ban, exporter: CHN, minerals: [tungsten], cut: [0.5, 0.9], announced: 2026-03-01,
     start: 2026-03-15}
duration:
  months: [3, 9]
article_12:
  impact: {economy: Tools cost more., security: {en: Some, ko: 일부, ja: 一部}}
  cause: A ban
  sectors: [tools, {en: chips, ko: 반도체, ja: 半導体}]
  measures_taken: [a meeting]
  assistance_sought: [tonnes]
shipments:
  - {reference: S-1, member: KOR, mineral: tungsten, form: APT, grade: "88.5 %",
     origin: CHN, tonnes: 20, port: Busan, due: 2026-03-20, status: afloat}
  - {reference: S-2, member: JPN, mineral: tungsten, origin: CHN, tonnes: 12.5}
holdings:
  file: held.yaml
  undeclared: [JPN]
limits:
  money_musd_per_month: 5
  lending_share: {KOR: 0.3, JPN: 0}
  rerouting_share: 0.5
  lags_months: {lending: 1, rerouting: 3}
  no_transfer: [JPN]
alternatives:
  - {supplier: VNM, member: KOR, mineral: tungsten, stage: refined, tonnes_a_month: 30,
     premium: [0.1, 0.3], lag_months: 2, source: desk}
projects:
  - {project: VNM-W-NUIPHAO, lead_months: 6, cost_musd: 4, tonnes_a_month: [10, 30],
     mineral: tungsten, stage: refined, members: [KOR], source: desk}
happened:
  - {what: request, at: 2026-03-03}
  - {what: acceptance, at: "2026-03-16T09:00+08:00", name: first}
met:
  - {clock: ipef-crn-meeting, at: 2026-03-12}
clocks:
  - {id: desk, kind: custom, title: Desk, owner: KOR, zone: Asia/Seoul, starts: report, length: 2}
calendar_days:
  - {calendar: CHN, day: 2027-02-14, working: true, source: notice to come}
label: "KOR:shared"
facts:
  - {says: A ban, title: A page, link: "https://example.org/1", read_on: 2026-03-02}
assumed: [all of it]
"""
HELD = """
- {member: KOR, mineral: tungsten, stage: refined, holding: {low: 100, high: 300}, label: "KOR:restricted",
   on: 2026-01-01}
"""
