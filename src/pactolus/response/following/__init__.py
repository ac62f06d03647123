"""A plan as the event goes on: what was executed stays, the rest is solved again, and all is logged."""
