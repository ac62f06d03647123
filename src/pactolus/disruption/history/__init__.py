"""Events of the past: what was lost, how large and how long shocks were, how far predictions landed."""
