"""The table `[network]` of a scenario's file: a user's own SUMO network, with the files and settings of its `config`.

Its `settings` are a table of SUMO's options, which override those of the configuration.
"""

import reprlib
from collections.abc import Mapping
from pathlib import Path

from scenarios.errors import UserError
from scenarios.files.sumo_config_file import read_sumo_config, settings_in
from scenarios.files.validation import validate
from scenarios.scenario import OwnNetwork


def network_table(raw: object, folder: Path) -> dict[str, object]:
    """Return the `[network]` table of a file in `folder` with absolute paths. Raises UserError."""
    if not isinstance(raw, Mapping):
        raise UserError(f"network: wanted a table, got {reprlib.repr(raw)}")
    own = validate(OwnNetwork, _with_config(raw, folder), at=("network",))
    return own.model_dump() | {
        "net_file": _absolute(folder, own.net_file),
        "route_files": [_absolute(folder, name) for name in own.route_files],
        "additional_files": [_absolute(folder, name) for name in own.additional_files],
    }


def _with_config(raw: Mapping[str, object], folder: Path) -> Mapping[str, object]:
    """The table with the files and settings of the SUMO configuration that it names; its own keys come first."""
    settings = raw.get("settings")
    own = settings_in(settings) if isinstance(settings, Mapping) else None
    if not isinstance(raw.get("config"), str):
        return raw if own is None else {**raw, "settings": own}
    if settings is not None and own is None:
        raise UserError("network.settings: wanted a table of SUMO's options, such as { scale = 1.2 }")
    path = _absolute(folder, str(raw["config"]))
    config = read_sumo_config(Path(path))
    named = {
        "net_file": config.net_file,
        "route_files": config.route_files,
        "additional_files": config.additional_files,
    }
    found = {key: value for key, value in named.items() if value}
    for key in named:
        if key not in found and key not in raw:
            slip = "; `laneblock adopt` places loops where there are none" if key == "additional_files" else ""
            raise UserError(
                f"network.{key}: wanted here or in {Path(path).name} ({key.replace('_', '-')}), got neither{slip}"
            )
    together = {**dict(config.settings), **dict(own or ())}
    return {**found, **raw, "settings": tuple(together.items()), "config": path}


def _absolute(folder: Path, name: str) -> str:
    try:
        return str((folder / name).resolve())
    except (OSError, RuntimeError, ValueError) as error:  # links in a circle, a zero byte
        raise UserError(f"network: {reprlib.repr(name)} is no path of a file: {error}") from None
