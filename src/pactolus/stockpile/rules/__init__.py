"""Rules of thumb and triggers as policies: what they cost, protect and say."""
