"""The live service: readings in, incidents on an operator's page."""
