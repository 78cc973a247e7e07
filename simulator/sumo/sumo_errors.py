"""Errors of SUMO's, with what SUMO itself said about them.

A SumoError is the machine's. Where SUMO gives a reason (SumoComplaintError) and runs on the user's own files (`[network]`),
the fault is in those files, at loading and later: SUMO reads routes as it goes. `simulator.sumo.session` then raises a UserError.
"""

from pathlib import Path

from scenarios.errors import MachineError

_END_BYTES = 1 << 20
"""Bytes of a log that are looked at for errors. Chosen: thousands of messages."""


class SumoError(MachineError):
    """SUMO refused to start or died; the message quotes what SUMO itself said, `log` is its error log."""


class SumoComplaintError(SumoError):
    """SUMO gave a reason: something in its files is impossible."""


def aside(error_log: Path) -> Path:
    """Return the file into which standard error goes while SUMO starts."""
    return error_log.with_suffix(".stderr.txt")


def quoted(what: str, error_log: Path, failure: BaseException) -> SumoError:
    """Return an error that quotes libsumo; or what SUMO wrote to its error log or to standard error; or else the interface."""
    own = " ".join(str(failure).split())
    if type(failure).__module__.startswith("libsumo") and own not in ("", "Process Error"):
        # The log may hold only what failed afterwards.
        return SumoComplaintError(f"{what}: {own}", error_log)
    files = [path for path in (error_log, aside(error_log)) if path.exists()]
    text = "\n".join(_end_of(path) for path in files).strip()
    errors = [line for line in text.splitlines() if line.startswith("Error")]
    # A `sumo` binary writes the same to both files.
    once = " ".join(dict.fromkeys(errors or text.splitlines()[-3:]))
    log = next((path for path in files if path.stat().st_size), error_log)
    return (SumoComplaintError if errors else SumoError)(f"{what}: {once[-600:] or own}", log)


def _end_of(path: Path) -> str:
    """The end of a log, which may be long; an error is the last that SUMO writes."""
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - _END_BYTES))
        return stream.read().decode("utf-8", errors="replace").strip()
