"""From recordings to thresholds and settings, the same way for every detector."""
