"""One mineral by itself: the same figures as in a brief, for a page or a paper of one mineral."""
