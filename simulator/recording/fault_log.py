"""`faults.csv` and `true_loops.csv.gz`: the truth of a recording with faulty loops.

faults.csv          station,lane,kind,onset_s,end_s,magnitude,ramp_s,level_vph,other_lane: which loops were wrong when;
                    an empty end_s: never repaired; an empty field where a kind has no such value
true_loops.csv.gz   readings of healthy loops, as loops.csv; they differ from it where a fault held
"""

from collections.abc import Sequence
from os.path import lexists
from pathlib import Path

from scenarios.corridor import Corridor
from scenarios.errors import UserError, at
from scenarios.fault import KINDS, MOST_FAULTS, SensorFault, check_faults
from scenarios.spreadsheet_cells import plain_cell, safe_cell
from simulator.recording.csv_columns import number_text, numbers, read_columns
from simulator.recording.csv_output import write_columns

FAULT_FILE = "faults.csv"
TRUE_LOOPS = "true_loops.csv.gz"
_COLUMNS = ("station", "lane", "kind", "onset_s", "end_s", "magnitude", "ramp_s", "level_vph", "other_lane")


def write_faults(folder: Path, corridor: Corridor, faults: Sequence[SensorFault]) -> None:
    """Write `faults.csv` into `folder`, with every default written out; without faults only its header."""
    lanes = {station.name: station.lane_numbers for station in corridor.stations}
    write_columns(folder / FAULT_FILE, _COLUMNS, (_row(fault, lanes[fault.station]) for fault in faults))


def _row(fault: SensorFault, lanes: range) -> list[str]:
    kind = KINDS[fault.kind]
    return [
        safe_cell(fault.station),
        str(fault.lane),
        fault.kind,
        number_text(fault.onset_s),
        "" if fault.end_s is None else number_text(fault.end_s),
        "" if kind.usual is None else number_text(fault.strength),
        number_text(fault.ramp_s),
        number_text(fault.level) if fault.kind == "undercount" else "",
        str(fault.other(lanes)) if kind.paired else "",
    ]


def read_faults(folder: Path, corridor: Corridor) -> tuple[SensorFault, ...] | None:
    """Return the faults of the recording in `folder`; None where it has no `faults.csv`.

    Raises UserError naming file and line for an impossible fault.
    """
    path = folder / FAULT_FILE
    if not lexists(path):
        return None
    table = read_columns(path, _COLUMNS, MOST_FAULTS)
    values = {
        name: numbers(table.columns[k], table.lines, name, path, known=name in ("lane", "onset_s", "ramp_s")).tolist()
        for k, name in enumerate(_COLUMNS)
        if name not in ("station", "kind")
    }
    faults = []
    for k, line in enumerate(table.lines):
        row = {name: column[k] for name, column in values.items() if column[k] == column[k]}
        for name in ("lane", "other_lane"):
            if row.get(name, 0) % 1:
                raise UserError(f"{path}, line {line}: {name} is a whole number, got {number_text(row[name])}")
            row |= {name: int(row[name])} if name in row else {}
        try:
            fault = SensorFault(station=plain_cell(table.columns[0][k]), kind=table.columns[2][k], **row)
        except ValueError as error:
            raise UserError(f"{path}, line {line}: {' '.join(str(error).split())}") from None
        faults.append(fault)
    try:
        check_faults(faults, corridor)
    except UserError as error:
        raise at(path, error) from None
    return tuple(faults)
