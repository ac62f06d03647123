"""What pages of the desk show beside the sections of a report: registers, dialogues, scenarios, exercises."""
