"""Any coalition's plan: contributions, who gains, without whom there is no agreement, who joins."""
