"""What a shock at one stage does further down a chain, and to the metals that come with it."""
