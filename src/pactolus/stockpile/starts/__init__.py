"""Pools and splits from what is declared today, beside the long run."""
