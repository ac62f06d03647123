"""What every importer shares: findings of a file, encodings, printed numbers, archives, workbooks, names."""
