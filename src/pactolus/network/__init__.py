"""Bilateral trade by stage: weights repaired, content, balance, grades; plain tables in, plain tables out.

`derive.derive` makes every derived table from plain tables, `derive.derive_world` writes them beside a world.
The steps stand alone: `repair` (weights), `content` and `flows` (one basis), `balance` and `balances`
(production against trade), `reexports`, `grades`, `mirror`; `tables` says what each table holds.
"""
