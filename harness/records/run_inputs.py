"""What runs are made from besides scenarios and detectors, as records keep it, and in what two records differ. A record holds:

    backend            the way to SUMO
    simulation_code    digest of the code that makes frames    (harness.records.detector_code)
    files              contents of the files that scenarios name by path: SHA-256 by path

A changed file is recognised by its content; its time does not count. Records of an older laneblock have neither digest.
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from harness.records.detector_code import OWN_DIGITS, detector_code_digest, simulation_code_digest
from harness.records.recorded_detectors import short
from harness.records.run_order import Job
from scenarios.errors import MachineError, UserError
from scenarios.files.place_file import named_files
from scenarios.files.toml_file import is_file
from scenarios.scenario import Scenario

RECORDER = "silent"
"""The detector of results of which only the frames are used. It decides nothing, so no code of detectors matters to them."""
MISSING = "missing"
CODE_FIELDS = ("detector_code", "simulation_code")
"""The digests of laneblock's own code in a record."""
_CHUNK_BYTES = 1 << 20


def recorded_inputs(scenarios: Iterable[Scenario], backend: str) -> dict[str, object]:
    """Return these fields for a record."""
    return {"backend": backend, "simulation_code": simulation_code_digest(), "files": file_digests(scenarios)}


def checked_inputs(job: Job) -> dict[str, object]:
    """Return the inputs of a run for its record. Raises where they are not those that the job names.

    UserError for the content of a file, MachineError for laneblock's code.
    """
    digests = {"detector_code": detector_code_digest(job.detectors), "simulation_code": simulation_code_digest()}
    if any(digests[key] != digest for key, digest in job.code.items()):
        raise MachineError(
            "laneblock's code on this machine is not that of the other runs (was it changed after the start? "
            "install the same on all machines)"
        )
    files = file_digests([job.scenario])
    changed = changed_files(job.files, files) if job.files else ()
    if changed:
        raise UserError(f"{'; '.join(changed)} after the start: runs need the same files from start to end")
    return {"backend": job.backend, "simulation_code": digests["simulation_code"], "files": files}


def file_digests(scenarios: Iterable[Scenario]) -> dict[str, str]:
    """Return the digest of every file that the scenarios name by path; `MISSING` for one that is not there."""
    places = {(each.site, each.network): each for each in scenarios}
    paths = sorted({str(path) for each in places.values() for path in named_files(each)})
    return {path: content_digest(Path(path)) for path in paths}


def other_inputs(
    before: Mapping[str, Any], now: Mapping[str, Any], with_detectors: bool = True, all_finished: bool = False
) -> tuple[str, ...]:
    """Return a text for each difference between two records; `with_detectors`: in the code of laneblock's detectors, too.

    Where `before` has no digests, nothing is known of its code and files, and one text says so. Where its runs are
    `all_finished`, a file may be gone: the folder may have been moved.
    """
    differences = []
    if before.get("backend") is not None and before["backend"] != now["backend"]:
        differences.append(f"backend {before['backend']}, now {now['backend']}")
    if not before.get("simulation_code"):
        return (*differences, "the older results do not say which code and files made them")
    codes = [("simulation_code", "code that simulates")]
    if with_detectors and list(now.get("detectors", ())) != [RECORDER]:
        codes.append(("detector_code", "code of detectors"))
    for key, what in codes:
        was, is_now = (str(record.get(key) or "")[:OWN_DIGITS] for record in (before, now))
        if was != is_now:
            differences.append(f"laneblock's own {what} differs ({short(was)} -> {short(is_now)})")
    known, files = before.get("files") or {}, now["files"]
    if all_finished:
        files = {path: known.get(path, digest) if digest == MISSING else digest for path, digest in files.items()}
    return (*differences, *changed_files(known, files))


def changed_files(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """Return a text for each file whose content differs."""
    return tuple(
        f"the file {path} {'is missing' if now.get(path, MISSING) == MISSING else 'changed'}"
        for path in sorted({*before, *now})
        if before.get(path, MISSING) != now.get(path, MISSING)
    )


def content_digest(path: Path) -> str:
    """Return the SHA-256 of a file's content; `MISSING` for one that is not there, or is no file."""
    if not is_file(path):  # also what has no end, such as a pipe
        return MISSING
    digest = sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
