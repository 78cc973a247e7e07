"""`laneblock realism`: statistics of loop recordings beside those of simulated ones."""
