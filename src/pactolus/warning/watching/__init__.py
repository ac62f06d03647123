"""Today's list of what to look at, what changed in it since a day, and messages about what is new."""
