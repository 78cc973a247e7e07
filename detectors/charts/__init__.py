"""Control charts of what is left of a station's readings once its normal is taken off."""
