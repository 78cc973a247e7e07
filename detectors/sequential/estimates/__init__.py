"""What an incident is like: lanes, place, queue and its tail, lane changing, clearance."""
