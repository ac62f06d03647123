"""Price floors, contracts for difference, and copper treatment charges."""
