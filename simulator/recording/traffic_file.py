"""The account of a simulated run's traffic as a file: `traffic.json`.

    {"planned": n or null, "departed": n, "arrived": n, "on_road": n, "waiting": n, "rounding": n, "lost": n or null,
     "messages": [fields of SumoMessages]}

`lost` follows from the others and is there for readers. Runs of older versions have no such file.
"""

import json
from dataclasses import asdict, fields
from os.path import lexists
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from scenarios.errors import UserError
from simulator.recording.json_file import read_object
from simulator.traffic_account import TrafficAccount

TRAFFIC_FILE = "traffic.json"
_ACCOUNT = TypeAdapter(TrafficAccount)


def write_traffic(folder: Path, account: TrafficAccount) -> None:
    """Write `traffic.json` into `folder`; it reads back equal."""
    content = {**asdict(account), "lost": account.lost}
    (folder / TRAFFIC_FILE).write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_traffic(folder: Path) -> TrafficAccount | None:
    """Return the account in `folder`; None where there is none. Raises UserError naming the file for what does not fit."""
    path = folder / TRAFFIC_FILE
    if not lexists(path):
        return None
    content = read_object(path)
    own = {field.name: content[field.name] for field in fields(TrafficAccount) if field.name in content}
    try:
        return _ACCOUNT.validate_json(json.dumps(own), strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise UserError(f"{path}: {where}: {first['msg']}: wanted as laneblock writes it") from None
