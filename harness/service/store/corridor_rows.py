"""Definitions of corridors in the database, so that stored frames can be read without the service's configuration."""

import json

from sqlalchemy import Connection, select

from harness.service.store.frame_rows import insert_into
from harness.service.store.storable import check_text
from harness.service.store.tables import corridors
from scenarios.corridor import Corridor, Station


def corridor_text(corridor: Corridor) -> str:
    """Return the stations of a corridor as JSON text."""
    stations = [[station.name, station.position_m, station.lanes, station.first_lane] for station in corridor.stations]
    return json.dumps({"period_s": corridor.period_s, "keeps_left": corridor.keeps_left, "stations": stations})


def corridor_of(name: str, text: str) -> Corridor:
    """Return the corridor of a text that `corridor_text` made."""
    content = json.loads(text)
    stations = tuple(Station(*values) for values in content["stations"])
    return Corridor(name, content["period_s"], stations, content.get("keeps_left", False))


def store_corridor(connection: Connection, corridor: Corridor) -> None:
    """Store a corridor's stations in the place of those known by its name."""
    check_text("name of a corridor", corridor.name)
    text = corridor_text(corridor)
    statement = insert_into(connection, corridors).values(name=corridor.name, definition=text)
    connection.execute(statement.on_conflict_do_update(index_elements=[corridors.c.name], set_={"definition": text}))


def read_corridors(connection: Connection) -> dict[str, Corridor]:
    """Return all corridors by name."""
    rows = connection.execute(select(corridors).order_by(corridors.c.name))
    return {row.name: corridor_of(row.name, row.definition) for row in rows}
