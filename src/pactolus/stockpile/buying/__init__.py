"""A calendar of purchases that keeps to a share of world trade."""
