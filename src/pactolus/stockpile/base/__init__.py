"""Grids, curves, prices and regimes that every stock is computed with."""
