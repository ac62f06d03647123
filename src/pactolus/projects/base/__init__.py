"""What every part of the room passes on: ranges, and candidates."""
