"""The machine failed, not the user: SUMO is missing, or runs crashed. A command then ends with an exit code of its own."""

MACHINE_FAILED = 3  # exit code


class MachineError(RuntimeError):
    """Nothing is known of the detectors, because the machine failed: SUMO is missing, or runs crashed."""
