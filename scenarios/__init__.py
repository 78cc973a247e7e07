"""What is to happen: corridor, demand, incidents and batteries, as data."""
