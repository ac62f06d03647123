"""One stock, or one for several: how much to hold, when to buy, when to release, played forward."""
