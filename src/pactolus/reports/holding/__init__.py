"""Stocks of one mineral at one stage: sections from the results of the stockpile engines."""
