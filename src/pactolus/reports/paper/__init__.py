"""The response paper: an event and its plan in three languages, every number with its way back."""
