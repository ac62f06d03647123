"""One module a source: the publisher's or carrier's bytes in, a tidy table out, no judgement."""
