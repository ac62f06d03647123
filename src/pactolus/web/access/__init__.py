"""Server mode: who reads, by which login, how often, and what is counted (docs/decisions/0016).

Pages and routes ask `reader` alone: `reader_of(request)`, `csrf_of(request)`, `require(role)`.
"""
