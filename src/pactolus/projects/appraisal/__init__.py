"""What a project costs and earns, as a range; and what a tonne from its host is worth to a member."""
