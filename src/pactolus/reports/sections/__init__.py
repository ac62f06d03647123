"""Sections of the brief: one file each, ``section(basis) -> Section``, free of language."""
