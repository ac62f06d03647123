"""What may happen next year to the imports of one country under one code."""
