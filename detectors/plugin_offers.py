"""The detectors that other packages offer, by the packages' metadata alone: nothing of them is imported."""

from importlib.metadata import entry_points

GROUP = "laneblock.detectors"
"""The group of entry points that offer a detector."""


def offered() -> dict[str, str]:
    """Return the top-level package of each offered detector, by the detector's name."""
    return {point.name: point.module.partition(".")[0] for point in entry_points(group=GROUP)}
