"""A first look of SUMO's at a user's own files, in a process of its own with a time limit.

What is damaged can crash or hang the program that reads it. SUMO in this process (libsumo) would take the command with it, so
another one reads network, loops and vehicles before. That costs what loading costs, and no step is simulated.
"""

from collections.abc import Sequence
from pathlib import Path

from scenarios.errors import MachineError, UserError
from scenarios.files.route_file import PlannedVehicles
from simulator.sumo.sumo_programs import NOT_DONE, QUIET, run_program

TIME_LIMIT_S = 30.0
"""Time for small files. Chosen: SUMO reads them in a tenth of a second."""
TIME_PER_MB_S = 1.0
"""More time for large ones. Chosen: SUMO reads some 10 MB of a network in a second."""
MOST_VEHICLES = 20_000
"""Vehicles that are all read: of more only the first, as in the run. Chosen: SUMO reads them in a third of a second."""
NO_START = 127
"""Exit code of a program whose shared libraries are missing."""


def try_to_load(options: Sequence[str], net_file: Path, others: Sequence[str], planned: PlannedVehicles) -> None:
    """Let SUMO start with `options` and end at once. Raises UserError that quotes SUMO where it cannot.

    The options name the network and the `others`, files that are read with it and hold the vehicles `planned`. Raises
    MachineError where SUMO does not start at all.
    """
    whole = planned.known and planned.in_all <= MOST_VEHICLES
    options = [*options, "--route-steps", "0"] if whole else options
    megabytes = sum(Path(file).stat().st_size for file in (str(net_file), *others)) / 1e6
    limit_s = TIME_LIMIT_S + TIME_PER_MB_S * megabytes
    code, message = run_program("sumo", [*options, "--end", "0"], limit_s)
    if code == 0:
        return
    if code == NO_START:
        raise MachineError(f"SUMO does not start; it said: {message} (laneblock doctor says how to mend that)")
    if code == NOT_DONE:  # not tried again: that would take as long
        raise UserError(
            f"the files of [network]: SUMO did not finish reading them within {limit_s:g} s (damaged, or very large?)"
        )
    net_code, net_message = run_program("sumo", ["--net-file", str(net_file), "--end", "0", *QUIET], limit_s)
    if net_code:
        raise UserError(f"{net_file}: SUMO cannot read this network; it said: {net_message}")
    raise UserError(f"the files of [network]: SUMO refused to start: {message}")
