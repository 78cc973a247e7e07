"""How incidents were closed, as thresholds of sections."""
