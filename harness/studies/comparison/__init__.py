"""`laneblock compare`: every detector on the same runs."""
