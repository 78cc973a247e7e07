"""A SUMO network that a user brings, adopted: its carriageways, stations on them, and a study that runs."""
