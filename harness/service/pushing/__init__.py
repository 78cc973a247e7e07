"""Incidents pushed to other systems: each change of one, in order, at least once."""
