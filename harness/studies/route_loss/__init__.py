"""`laneblock faults routes`: what faulty sensors cost route planning, and the thresholds that cost least."""
