"""What the pages of the desk show beside the sections of a report."""
