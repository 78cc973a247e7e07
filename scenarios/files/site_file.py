"""A site, read from the `site.toml` in its folder: a shipped one, or a user's own."""

import json
from functools import cache
from pathlib import Path

from scenarios.errors import MissingFileError, UserError, at
from scenarios.files.toml_file import is_file, read_toml
from scenarios.files.validation import validate
from scenarios.site import Site, check_site
from scenarios.suggestion import likely

SHIPPED = Path(__file__).parents[1] / "sites"


@cache
def site_names() -> tuple[str, ...]:
    """Return the names of the sites in this package."""
    return tuple(sorted(path.parent.relative_to(SHIPPED).as_posix() for path in SHIPPED.rglob("site.toml")))


def load_site(name: str) -> Site:
    """Return the shipped site `name`, or the one in the folder `name`.

    Raises MissingFileError, or UserError naming the file.
    """
    path = site_path(name)
    raw = read_toml(path)
    try:
        site = validate(Site, raw)
        check_site(site)
    except UserError as error:
        raise at(path, error) from None
    return site


def site_path(name: str, folder: Path = Path()) -> Path:
    """Return the `site.toml` of a shipped site or of the folder `name`. Raises MissingFileError with the likely slip."""
    if name in site_names():
        return SHIPPED / name / "site.toml"
    if is_file(folder / name / "site.toml"):
        return (folder / name / "site.toml").resolve()
    raise MissingFileError(
        f"no site {name!r}: wanted {', '.join(site_names())}, or a folder with a site.toml{likely(name, site_names())}"
    )


def site_text(site: Site) -> str:
    """Return the text of a `site.toml` that reads back as an equal site."""
    stations, ramps = site.station, site.ramp
    lines = [f"{key} = {json.dumps(value)}" for key, value in site.model_dump(exclude={"station", "ramp"}).items()]
    for name, tables in (("station", stations), ("ramp", ramps)):
        for table in tables:
            lines += ["", f"[[{name}]]", *(f"{key} = {json.dumps(value)}" for key, value in table.model_dump().items())]
    return "\n".join(lines) + "\n"


def write_site(folder: Path, site: Site) -> None:
    """Write `site.toml` into `folder`, made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "site.toml").write_text(site_text(site), encoding="utf-8")
