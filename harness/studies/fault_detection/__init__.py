"""`laneblock faults inject` and `detect`: faulty loops, and the detectors that find them."""
