"""What users own and edit: YAML records, one database, labels, an audit chain, backups."""
