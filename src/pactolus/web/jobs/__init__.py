"""Long runs: a process each, with progress, an end that is always said, and cancel."""
