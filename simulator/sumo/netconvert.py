"""Plain XML (nodes, edges, connections) joined by netconvert into a SUMO network."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from scenarios.errors import MachineError
from simulator.sumo.sumo_programs import run_program


def write_network(net_file: Path, plain: Mapping[str, Sequence[str]], options: Sequence[str], place: str) -> None:
    """Write the network `NAME.net.xml` and, beside it, the plain XML that it comes from, as `NAME.nod.xml` and so on.

    `plain` holds the elements of each root ("nodes", "edges", "connections"). `place` names the road in messages. Raises
    MachineError with netconvert's message where it refuses.
    """
    command = ["--no-turnarounds", "true", "--xml-validation", "never", "--output-file", str(net_file), *options]
    for root, elements in plain.items():
        path = net_file.with_name(net_file.name.replace(".net.", f".{root[:3]}."))
        path.write_text(f"<{root}>\n" + "".join(f"    {row}\n" for row in elements) + f"</{root}>\n", encoding="utf-8")
        command += [f"--{root[:-1]}-files", str(path)]
    code, message = run_program("netconvert", command)
    if code:
        raise MachineError(f"netconvert refused the network of {place}; it said: {message}")
