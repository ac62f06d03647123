"""Which signals would have fired before which event, with which lead, and how often for nothing."""
