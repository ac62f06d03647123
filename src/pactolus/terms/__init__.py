"""The shared vocabulary: minerals, stages, countries, trade codes, lists, coalitions, institutions, terms."""
