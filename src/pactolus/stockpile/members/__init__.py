"""What members need, hold and declare, and what one more bit about it is worth."""
