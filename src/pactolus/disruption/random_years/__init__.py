"""How often and how much a year of supply may lose: drawn at random, counted, and as paths."""
