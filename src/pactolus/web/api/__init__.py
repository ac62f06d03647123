"""The REST API under ``/api/v1``: pages of rows, ETags, problems, and what guards them."""
