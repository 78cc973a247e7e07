"""`laneblock anomalies`: which detector finds which kind of anomaly."""
