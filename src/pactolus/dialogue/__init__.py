"""Meetings, topics and commitments: who said what, in whose words, with what evidence."""
