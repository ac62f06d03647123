"""Monthly signals: one value a signal, month and flow, with alert and data status."""
