"""The detectors that other packages offer, by the packages' metadata alone: nothing of them is imported."""

from collections.abc import Iterable
from importlib.metadata import EntryPoint, entry_points

GROUP = "laneblock.detectors"
"""The group of entry points that offer a detector."""


def offered() -> dict[str, str]:
    """Return the package, as it is installed, that offers each detector, by the detector's name."""
    found: dict[str, list[EntryPoint]] = {}
    for point in entry_points(group=GROUP):
        found.setdefault(point.name, []).append(point)
    return {name: packages_of(points) for name, points in found.items()}


def packages_of(points: Iterable[EntryPoint]) -> str:
    """Return the names of the packages of some entry points, as words."""
    return " and ".join(sorted({point.dist.name if point.dist else point.value for point in points}))


def described(name: str, package: str) -> str:
    """Return a detector's name and its package as words ("": of none)."""
    return f"detector {name!r}{f' of the package {package}' if package else ''}"
