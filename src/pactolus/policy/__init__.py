"""The register of measures: dated, referenced, with a state on every day."""
