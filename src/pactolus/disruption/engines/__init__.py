"""Pure models of a cut: tonnes by importer through a rule or a network, and prices."""
