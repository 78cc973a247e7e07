"""Units of field data in those of a recording, exact by their definitions."""

MPS_PER_MPH = 0.44704
"""Metres per second in a mile per hour: a mile is 1609.344 m."""
KMH_PER_MPS = 3.6
"""Kilometres per hour in a metre per second."""
HOUR_S = 3600
"""Seconds of an hour."""
DAY_S = 86400
"""Seconds of a day by the clock; days on which clocks change are `local_day`'s."""
