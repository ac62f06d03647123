"""What is cut, by whom, for whom and how long: the form of a scenario, ready ones, what they reach."""
