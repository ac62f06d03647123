"""Who gains from a joint stock, and who pays."""
