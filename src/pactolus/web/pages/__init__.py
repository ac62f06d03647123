"""Pages of the desk: documents of the engines, dressed for a browser (docs/decisions/0017)."""
