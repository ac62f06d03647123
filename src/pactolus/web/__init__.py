"""The desk: the same results on a screen, over an address, and for an assistant; nothing is computed here."""
