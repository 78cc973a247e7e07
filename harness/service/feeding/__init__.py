"""A recording played into a service: the test client behind `laneblock feed`."""
