"""Predictions of every model for events of the past, named and found by a rule, and their error."""
