"""SUMO: started, fed with a scenario, stepped frame by frame, and read."""
