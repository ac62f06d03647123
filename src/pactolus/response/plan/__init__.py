"""From a situation to a plan: tonnes, cost, owner and day, alone and together."""
