"""Dated clocks: of which kind, whose, in which zone and calendar, due when."""
