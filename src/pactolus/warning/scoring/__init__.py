"""How good forecasts of events were: by the table of hits, by order, by probability."""
