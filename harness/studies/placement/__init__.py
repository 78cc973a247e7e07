"""`laneblock placement`: where loops should go, from one dense recording, by replays."""
