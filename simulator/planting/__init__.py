"""Incidents planted in recordings without any: what the loops would have read."""
