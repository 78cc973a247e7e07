"""`laneblock corrupt` and `detect-faults`: faulty loops, and what finds them."""
