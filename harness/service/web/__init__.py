"""The page, the API and the streams."""
