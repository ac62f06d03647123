"""One module a source: the publisher's bytes as tidy facts under the publisher's names, without judgement."""
