"""A site is read from the `site.toml` in its folder: one of those shipped here, or a user's own."""

import re
from itertools import pairwise
from pathlib import Path

from scenarios.errors import MissingFileError, UserError, at
from scenarios.files.toml_file import is_file, read_toml, validate
from scenarios.site import Site
from scenarios.suggestion import likely

SHIPPED = Path(__file__).parents[1] / "sites"
ENTRY_M = 400.0
"""The feeder's first metres are the edge where vehicles enter."""
LONGEST_ROAD_M = 500_000.0
FASTEST_LIMIT_MPS = 45.0  # 162 km/h, 100 mph
LONGEST_LOOP_M = 20.0
SHORTEST_PIECE_M = 20.0  # of the mainline between two cuts: room for a few vehicles


def site_names() -> list[str]:
    """The sites shipped with the project."""
    return sorted(path.parent.relative_to(SHIPPED).as_posix() for path in SHIPPED.rglob("site.toml"))


def load_site(name: str, folder: Path = Path()) -> Site:
    """The site `name` (shipped), or the one in the folder `name`, taken from `folder`.

    Raises MissingFileError where there is none, UserError where its file makes no sense.
    """
    path = site_path(name, folder)
    site = _read(path)
    try:
        check_site(site)
    except UserError as error:
        raise at(path, error) from None
    return site


def site_path(name: str, folder: Path = Path()) -> Path:
    """The `site.toml` that `name` stands for. Raises MissingFileError."""
    if name in site_names():
        return SHIPPED / name / "site.toml"
    if is_file(folder / name / "site.toml"):
        return (folder / name / "site.toml").resolve()
    raise MissingFileError(
        f"no site {name!r}: wanted {', '.join(site_names()) or 'none is shipped'}, or a folder with a site.toml"
        f"{likely(name, site_names())}"
    )


def _read(path: Path) -> Site:
    raw = read_toml(path)
    try:
        return validate(Site, raw)
    except UserError as error:
        raise at(path, error) from None


def check_site(site: Site) -> None:
    """Refuse a freeway that cannot be built. Raises UserError."""
    names = {"name": site.name} | {f"station[{index}].name": at.name for index, at in enumerate(site.station)}
    for where, name in names.items():
        if not name.strip() or not name.isprintable():
            raise UserError(f"{where}: wanted a text of one line, got {name!r}")
    _check_sizes(site)
    site.corridor(30.0)
    first, last = site.station[0].position_m, site.station[-1].position_m
    if first <= -site.feeder_m:
        raise UserError(f"station: the first stands at {first} m, upstream of the feeder's start at {-site.feeder_m} m")
    end_m = last + site.run_out_m
    _check_ramps(site, end_m)
    cuts_m = {ENTRY_M - site.feeder_m, end_m} | {cut_m for ramp in site.ramp for cut_m in (ramp.start_m, ramp.end_m)}
    for before_m, after_m in pairwise(sorted(cuts_m)):
        if after_m - before_m < SHORTEST_PIECE_M:
            raise UserError(
                f"ramp: wanted {SHORTEST_PIECE_M:.0f} m or more between the ends of auxiliary lanes, of the entry and of "
                f"the road, or none at all, got {before_m:g} and {after_m:g} m"
            )


def _check_sizes(site: Site) -> None:
    if site.speed_limit_mps > FASTEST_LIMIT_MPS:
        raise UserError(
            f"speed_limit_mps: wanted at most {FASTEST_LIMIT_MPS:g} m/s, got {site.speed_limit_mps:g} "
            "(is it in km/h or mph?)"
        )
    if site.loop_length_m > LONGEST_LOOP_M:
        raise UserError(
            f"loop_length_m: wanted at most {LONGEST_LOOP_M:g} m, got {site.loop_length_m:g} (is it in feet or cm?)"
        )
    road_m = site.feeder_m + site.station[-1].position_m + site.run_out_m
    if road_m > LONGEST_ROAD_M:
        raise UserError(
            f"station: wanted a road of at most {LONGEST_ROAD_M / 1000:.0f} km, feeder and run-out included, got "
            f"{road_m / 1000:g} km (are positions in metres?)"
        )


def _check_ramps(site: Site, end_m: float) -> None:
    names = [ramp.name for ramp in site.ramp]
    for index, ramp in enumerate(site.ramp):
        where = f"ramp[{index}]"
        if ramp.name == "main" or not re.fullmatch(r"(?!n\d+$)[A-Za-z][A-Za-z0-9_-]*", ramp.name):
            raise UserError(
                f"{where}.name: wanted letters, digits, _ and - (and not 'main', 'n1' or the like), got {ramp.name!r}"
            )
        if names.count(ramp.name) > 1:
            raise UserError(f"{where}.name: {ramp.name!r} is there twice")
        if not ENTRY_M - site.feeder_m < ramp.start_m < ramp.end_m < end_m:
            raise UserError(
                f"{where}: wanted its auxiliary lane within {ENTRY_M - site.feeder_m:.0f} to "
                f"{end_m:.0f} m, from start to end, got {ramp.start_m} to {ramp.end_m} m"
            )
    for before, after in pairwise(sorted(site.ramp, key=lambda ramp: ramp.start_m)):
        if after.start_m < before.end_m:
            raise UserError(f"ramp: the auxiliary lanes of {before.name!r} and {after.name!r} overlap")
