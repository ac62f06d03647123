"""How work is run, repeated and written whole."""
