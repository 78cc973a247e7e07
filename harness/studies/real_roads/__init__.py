"""Every detector on recordings of real roads, whose incidents are known from logs."""
