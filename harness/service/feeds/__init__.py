"""Incidents as feeds of published formats: CAP, DATEX II, GeoJSON, WZDx-like JSON, JSON lines."""
