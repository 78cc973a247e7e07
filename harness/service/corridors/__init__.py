"""What one corridor needs to be watched, and many at once."""
