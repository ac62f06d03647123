"""Firms and institutions to roles, with transfers, without, and in bundles."""
