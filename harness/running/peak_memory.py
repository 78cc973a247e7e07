"""Peak memory of a run."""

import sys
from pathlib import Path


def peak_memory_mb() -> float:
    """Return the peak memory of this process and its children, in 2**20 bytes.

    Linux counts what a parent held before the start into a child's `ru_maxrss`; /proc does not.
    """
    import resource  # here, so that help and replays load on systems without it

    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    status = Path("/proc/self/status")
    if status.exists():
        high = [line.split()[1] for line in status.read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM")]
        own = int(high[0]) if high else own
        # A short-lived child's figure is mostly ours, from before it became another program.
        children = max(children - own, 0)
    unit = 2**20 if sys.platform == "darwin" else 2**10  # bytes there, kibibytes elsewhere
    return (own + children) / unit
