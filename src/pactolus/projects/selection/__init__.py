"""Which projects, when and in what shares: alone, together, and near the best."""
