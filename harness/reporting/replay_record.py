"""The record of a replay, replay.json: by it the page and `laneblock report` find the results."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from harness.records.atomic_files import write_json
from harness.records.provenance import provenance
from harness.reporting.recording_notices import estimated_speed_notices, rough_log_notices, untried_periods
from harness.reporting.replay_findings import REPLAY_FILE
from harness.running.fault_mask import FaultMask
from harness.scoring.score_runs import ScoredRun

DAY_S = 86400.0


def write_replay_record(
    out: Path,
    runs: Mapping[str, Path],
    replayed: Mapping[str, Sequence[ScoredRun]],
    detectors: Mapping[str, Path | None],
    documents: Mapping[str, Mapping[str, object]],
    mask: FaultMask | None,
) -> None:
    """Write the record of the replays of recordings by name; `detectors`: with their files; `documents`: their score documents."""
    (first, *_) = replayed.values()
    of_loops = (*estimated_speed_notices(runs), *untried_periods(runs, detectors))
    rough = rough_log_notices(runs, {run.name for run in first if run.extents is not None})
    record = {
        "recordings": {
            run.name: {"folder": str(runs[run.name]), "days": run.times_s.size * run.corridor.period_s / DAY_S}
            for run in first
        },
        "detectors": {name: {key: documents[name][key] for key in ("alarms", "unjudged")} for name in replayed},
        "fingerprints": {name: documents[name].get("fingerprint") for name in replayed},
        "mask_faults": None if mask is None else mask.text,
        "mask_fingerprint": None if mask is None else mask.fingerprint,
        "notices": (*of_loops, *rough),
        **provenance(),
    }
    write_json(out / REPLAY_FILE, record)
