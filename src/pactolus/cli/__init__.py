"""The terminal: one file per command, and nothing computed here.

Every command module imports Typer alone; tables, worlds and reports are imported inside the function that
needs them, so that ``--help`` and a mistyped option answer at once.
"""
