"""An event rehearsed: exercises, hidden state, decisions, replay by seed, score, after-action report."""
