"""Where readings come from: SUMO, recordings, folders, HTTP, MQTT."""
