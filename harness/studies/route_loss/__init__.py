"""`laneblock faults`: what faulty sensors cost route planning, and thresholds that cost least."""
