"""Tools for an analyst's assistant (MCP): read-only, on open data, every number with where it comes from.

``pactolus mcp`` runs `server`. A tool is a question with a form (`questions`), a function that asks an engine
and lays out its rows (`numbers`, `scenarios`, `measures`, `traces`, `words`), and the form of its answer
(`forms`). No tool takes a path, writes, connects, or knows of a workspace.
"""
