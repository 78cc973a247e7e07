"""Definitions of corridors in the database, so that stored frames can be read without the service's configuration."""

import json

from sqlalchemy import Connection, select

from harness.service.store.frame_rows import insert_into
from harness.service.store.storable import check_text
from harness.service.store.tables import corridors
from scenarios.corridor import Corridor, Station


def store_corridor(connection: Connection, corridor: Corridor) -> None:
    """Store a corridor's stations in the place of those known by its name."""
    check_text("name of a corridor", corridor.name)
    stations = [[station.name, station.position_m, station.lanes] for station in corridor.stations]
    text = json.dumps({"period_s": corridor.period_s, "stations": stations})
    statement = insert_into(connection, corridors).values(name=corridor.name, definition=text)
    connection.execute(statement.on_conflict_do_update(index_elements=[corridors.c.name], set_={"definition": text}))


def read_corridors(connection: Connection) -> dict[str, Corridor]:
    """Return all corridors by name."""
    found = {}
    for row in connection.execute(select(corridors).order_by(corridors.c.name)):
        content = json.loads(row.definition)
        stations = tuple(Station(*values) for values in content["stations"])
        found[row.name] = Corridor(row.name, content["period_s"], stations)
    return found
