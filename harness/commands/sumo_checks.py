"""Checks of SUMO: its packages, the shared libraries they link to, its programs, SUMO_HOME. Each returns a `Finding`."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path

from harness.commands.system_checks import Finding, VersionOf
from scenarios.errors import MachineError
from simulator.sumo.sumo_programs import SUMO_VERSION, binary, sumo_home

SUMO_PACKAGES = ("eclipse-sumo", "libsumo", "traci", "sumolib")
APT = {
    "libGL": "libgl1",
    "libX11": "libx11-6",
    "libXext": "libxext6",
    "libXrender": "libxrender1",
    "libatomic": "libatomic1",
    "libexpat": "libexpat1",
}
"""Debian's packages of the shared libraries that SUMO's wheels expect on the system."""
_TIMEOUT_S = 60

Run = Callable[[list[str]], tuple[int, str]]


def check_sumo_versions(version_of: VersionOf) -> Finding:
    """The four SUMO packages are there, in the pinned version."""
    there = {package: version_of(package) for package in SUMO_PACKAGES}
    mend = "pip install " + " ".join(f"{package}=={SUMO_VERSION}" for package in SUMO_PACKAGES)
    if all(version == SUMO_VERSION for version in there.values()):
        return Finding("SUMO packages", "fine", f"all four are {SUMO_VERSION}")
    missing = [package for package, version in there.items() if version is None]
    if len(missing) == len(there):
        return Finding("SUMO packages", "wrong", "none is installed (replay and report work without)", mend)
    found = ", ".join(f"{package} {version or 'is missing'}" for package, version in there.items())
    return Finding("SUMO packages", "wrong", f"wanted {SUMO_VERSION} of all four: {found}", mend)


def check_libraries(run: Run, files: list[Path]) -> Finding:
    """The shared libraries that SUMO's files link to are on the system."""
    what = "shared libraries"
    if not files:
        return Finding(
            what,
            "note",
            "SUMO's files were not found, so their libraries are not known",
            "see SUMO packages",
        )
    if sys.platform != "linux" or shutil.which("ldd") is None:
        return Finding(what, "fine", "not checked: this system has no ldd")
    missing: list[str] = []
    for file in files:
        missing += re.findall(r"^\s*(\S+) => not found", run(["ldd", str(file)])[1], flags=re.MULTILINE)
    if not missing:
        return Finding(what, "fine", "none is missing")
    return Finding(what, "wrong", f"missing: {', '.join(dict.fromkeys(missing))}", apt_line(missing))


def check_libsumo(run: Run) -> Finding:
    """SUMO loads into Python."""
    code, output = run([sys.executable, "-P", "-c", "import libsumo"])
    warnings = [line.strip() for line in output.splitlines() if "pyarrow" in line]
    if code == 0 and warnings:
        return Finding("libsumo", "note", f"loads, but says: {warnings[0]}", "pip install 'laneblock[parquet]'")
    if code == 0:
        return Finding("libsumo", "fine", "loads")
    last_line = (output.strip().splitlines() or [f"ended with exit code {code}"])[-1]
    return Finding("libsumo", "wrong", f"does not load: {last_line}", _mend(output, "libsumo"))


def check_program(run: Run, name: str) -> Finding:
    """One of SUMO's programs starts."""
    try:
        path = binary(name)
    except MachineError as error:
        return Finding(name, "wrong", str(error).split(" (try")[0], f"pip install eclipse-sumo=={SUMO_VERSION}")
    code, output = run([path, "--version"])
    lines = output.strip().splitlines()
    if code == 0:
        return Finding(name, "fine", lines[0] if lines else "starts")
    last_line = lines[-1] if lines else f"exit code {code}"
    return Finding(name, "wrong", f"does not start: {last_line}", _mend(output, "eclipse-sumo"))


def _mend(output: str, package: str) -> str:
    missing = re.findall(r"(lib[\w+.-]+?\.so[\w.]*): cannot open shared object file", output)
    return apt_line(missing) if missing else f"pip install --force-reinstall {package}=={SUMO_VERSION}"


def check_sumo_home(environment: Mapping[str, str], own: Path | None) -> Finding:
    """SUMO_HOME, where it is set, names the SUMO that is used."""
    home = environment.get("SUMO_HOME", "")
    if not home:
        return Finding("SUMO_HOME", "fine", "not set, and need not be")
    if own is not None and Path(home).exists() and Path(home).resolve() == own.resolve():
        return Finding("SUMO_HOME", "fine", "names the SUMO in use")
    state = "is another SUMO than the one in use" if Path(home).exists() else "does not exist"
    return Finding(
        "SUMO_HOME",
        "note",
        f"{home} {state}; laneblock sets its own, other SUMO tools may mix versions",
        "unset SUMO_HOME" + (f"   (or: export SUMO_HOME={own})" if own else ""),
    )


def apt_line(libraries: list[str]) -> str:
    """The command that installs the packages of missing shared libraries on Debian and Ubuntu."""
    packages = [APT[stem] for library in libraries if (stem := library.split(".")[0]) in APT]
    unknown = [library for library in libraries if library.split(".")[0] not in APT]
    parts = [f"apt-get install {' '.join(dict.fromkeys(packages))}"] if packages else []
    if unknown:
        parts.append(f"install the package that holds {', '.join(dict.fromkeys(unknown))}")
    return "; ".join(parts)


def files_with_libraries() -> list[Path]:
    """Files of SUMO's packages that link to system libraries; none where it is not installed."""
    files = []
    libsumo = find_spec("libsumo")
    if libsumo is not None and libsumo.origin is not None:
        files += sorted(Path(libsumo.origin).parent.glob("_libsumo*.so"))
    try:
        files += [Path(binary("sumo")), Path(binary("netconvert"))]
    except MachineError:
        return files
    return files


def own_sumo_home() -> Path | None:
    """The SUMO_HOME of the installed SUMO; None where it is not installed."""
    try:
        return sumo_home()
    except MachineError:
        return None


def run(command: list[str]) -> tuple[int, str]:
    """Exit code and all output of a command; 127 and the reason where it cannot be started or hangs."""
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_TIMEOUT_S,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return 127, str(error)
    return done.returncode, done.stdout + done.stderr
