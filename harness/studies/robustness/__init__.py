"""`laneblock faults robustness`: incident detectors while loops are faulty."""
