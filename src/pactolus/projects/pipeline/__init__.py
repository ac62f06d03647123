"""Records of projects: read, checked, and turned into candidates or into the reason why not."""
