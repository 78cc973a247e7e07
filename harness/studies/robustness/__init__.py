"""`laneblock robustness`: incident detectors while loops are faulty."""
