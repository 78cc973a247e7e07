"""The command `laneblock doctor`: checks of the installation."""

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from harness.commands.plugin_watch import LOADING_LIMIT_S, watch_plugins

if TYPE_CHECKING:
    from harness.commands.system_checks import Finding


def doctor() -> None:
    """Check everything that laneblock needs, and say how to mend it. Exit code 1 where a battery cannot run.

    \b
    Example:
      laneblock doctor
    """
    watch_plugins(None, LOADING_LIMIT_S, option=False)
    findings = examine()
    width = max(len(finding.what) for finding in findings)
    for finding in findings:
        print(f"{finding.grade:5}  {finding.what:{width}}  {finding.found}")
        if finding.mend:
            print(f"{'':5}  {'':{width}}  -> {finding.mend}")
    if any(finding.grade == "wrong" for finding in findings):
        raise typer.Exit(1)


def examine() -> list["Finding"]:
    """Return the findings of all checks on this machine, in the order in which to mend."""
    from detectors.catalogue import DETECTORS
    from harness.commands import sumo_checks, system_checks
    from harness.records.provenance import package_version

    return [
        system_checks.check_python(sys.version_info[:2]),
        system_checks.check_system(os.name),
        sumo_checks.check_sumo_versions(package_version),
        sumo_checks.check_libraries(sumo_checks.run, sumo_checks.files_with_libraries()),
        sumo_checks.check_libsumo(sumo_checks.run),
        sumo_checks.check_program(sumo_checks.run, "sumo"),
        sumo_checks.check_program(sumo_checks.run, "netconvert"),
        sumo_checks.check_sumo_home(os.environ, sumo_checks.own_sumo_home()),
        system_checks.check_display(os.environ, sys.platform),
        system_checks.check_temporary_folder(Path(tempfile.gettempdir())),
        system_checks.check_extra("parquet", "pyarrow", "recordings as parquet", package_version),
        system_checks.check_extra("dask", "distributed", "battery --scheduler", package_version),
        system_checks.check_extra("learned", "scikit-learn", "calibrating learned detectors", package_version),
        system_checks.check_extra("deep", "torch", "calibrating lstm_autoencoder", package_version),
        *system_checks.check_plugins(DETECTORS.plugins),
    ]
