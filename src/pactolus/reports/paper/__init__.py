"""The response paper: an event and its plan as a report in three languages, every number with its way back."""
