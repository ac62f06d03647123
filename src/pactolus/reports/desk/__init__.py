"""Documents that only the pages of the desk show: registers, dialogues, exercises, scenarios."""
