"""Projects in third countries for a report: rows behind its figures, trails, pictures and term sheets."""
