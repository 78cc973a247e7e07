"""Checks of everything laneblock needs, each with how to mend what is wrong.

A check looks at one thing and returns a `Finding`. Only findings that are `wrong` keep a battery from running; the others
say what will not work.
"""

import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from detectors.plugins import GROUP, Plugins
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
_OLDEST = (3, 11)
_PATIENCE_S = 60

Grade = Literal["fine", "note", "wrong"]
Run = Callable[[list[str]], tuple[int, str]]
VersionOf = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was checked, its grade, what was found and (unless it is fine) how to mend it."""

    what: str
    grade: Grade
    found: str
    mend: str = ""


def examine() -> list[Finding]:
    """All checks on this machine, in the order in which to mend."""
    from detectors.catalogue import DETECTORS  # here, because it imports all detectors

    return [
        check_python(sys.version_info[:2]),
        check_system(os.name),
        check_versions(installed),
        check_libraries(run, find_libraries()),
        check_libsumo(run),
        check_program(run, "sumo"),
        check_program(run, "netconvert"),
        check_sumo_home(os.environ, _own_home()),
        check_display(os.environ, sys.platform),
        check_temporary_folder(Path(tempfile.gettempdir())),
        check_extra("parquet", "pyarrow", "recordings as parquet", installed),
        check_extra("dask", "distributed", "battery --scheduler", installed),
        check_extra("learned", "scikit-learn", "calibrating learned detectors", installed),
        *check_plugins(DETECTORS.plugins),
    ]


def check_python(version: tuple[int, int]) -> Finding:
    """Python is new enough."""
    text = f"{'.'.join(map(str, version))} on {platform.platform(terse=True)}"
    if version < _OLDEST:
        return Finding("Python", "wrong", text, f"install Python {'.'.join(map(str, _OLDEST))} or newer")
    return Finding("Python", "fine", text)


def check_system(name: str) -> Finding:
    """The system is one that can lock a results folder and end a run with all that it started."""
    if name == "posix":
        return Finding("system", "fine", "POSIX")
    return Finding("system", "wrong", f"{name}: replay and report work here, runs do not", "use Linux, macOS or WSL")


def check_versions(version_of: VersionOf) -> Finding:
    """The four SUMO packages are there, and all of the version that results are made with."""
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
        return Finding(what, "note", "SUMO's files were not found, so what they need is not known", "see SUMO packages")
    if sys.platform != "linux" or shutil.which("ldd") is None:
        return Finding(what, "fine", "not looked at: no ldd on this system")
    missing: list[str] = []
    for file in files:
        missing += re.findall(r"^\s*(\S+) => not found", run(["ldd", str(file)])[1], flags=re.MULTILINE)
    if not missing:
        return Finding(what, "fine", "all there")
    return Finding(what, "wrong", f"missing: {', '.join(dict.fromkeys(missing))}", apt_line(missing))


def check_libsumo(run: Run) -> Finding:
    """SUMO loads into Python."""
    code, said = run([sys.executable, "-c", "import libsumo"])
    warned = [line.strip() for line in said.splitlines() if "pyarrow" in line]
    if code == 0 and warned:
        return Finding("libsumo", "note", f"loads, but says: {warned[0]}", "pip install 'laneblock[parquet]'")
    if code == 0:
        return Finding("libsumo", "fine", "loads")
    words = (said.strip().splitlines() or [f"ended with exit code {code}"])[-1]
    missing = re.findall(r"(lib[\w+.-]+?\.so[\w.]*): cannot open shared object file", said)
    mend = apt_line(missing) if missing else "install it again: pip install --force-reinstall libsumo==" + SUMO_VERSION
    return Finding("libsumo", "wrong", f"does not load: {words}", mend)


def check_program(run: Run, name: str) -> Finding:
    """One of SUMO's programs starts."""
    try:
        path = binary(name)
    except MachineError as error:
        return Finding(name, "wrong", str(error).split(" (try")[0], f"pip install eclipse-sumo=={SUMO_VERSION}")
    code, said = run([path, "--version"])
    lines = said.strip().splitlines()
    if code == 0:
        return Finding(name, "fine", lines[0] if lines else "starts")
    missing = re.findall(r"(lib[\w+.-]+?\.so[\w.]*): cannot open shared object file", said)
    mend = apt_line(missing) if missing else f"pip install --force-reinstall eclipse-sumo=={SUMO_VERSION}"
    return Finding(name, "wrong", f"does not start: {lines[-1] if lines else f'exit code {code}'}", mend)


def check_sumo_home(environment: Mapping[str, str], own: Path | None) -> Finding:
    """SUMO_HOME, where it is set, names the SUMO that is used."""
    home = environment.get("SUMO_HOME", "")
    if not home:
        return Finding("SUMO_HOME", "fine", "not set, nor need it be")
    if own is not None and Path(home).exists() and Path(home).resolve() == own.resolve():
        return Finding("SUMO_HOME", "fine", "names the SUMO in use")
    state = "is another SUMO than the one in use" if Path(home).exists() else "does not exist"
    return Finding(
        "SUMO_HOME",
        "note",
        f"{home} {state}; laneblock sets its own, other SUMO tools may mix versions",
        "unset SUMO_HOME" + (f"   (or: export SUMO_HOME={own})" if own else ""),
    )


def check_display(environment: Mapping[str, str], system: str) -> Finding:
    """A display for `laneblock run --gui`."""
    if system != "linux" or environment.get("DISPLAY"):
        return Finding("display", "fine", environment.get("DISPLAY", "the system's"))
    return Finding(
        "display", "note", "none (DISPLAY is not set): all works but run --gui", "log in with ssh -X, or use xvfb-run"
    )


def check_temporary_folder(folder: Path) -> Finding:
    """Room for SUMO's files."""
    free_gb = shutil.disk_usage(folder).free / 1e9
    if free_gb < 1:
        return Finding("disk", "note", f"{free_gb:.1f} GB free in {folder}", "free some, or set TMPDIR to another disk")
    return Finding("disk", "fine", f"{free_gb:.0f} GB free in {folder}")


def check_extra(extra: str, package: str, use: str, version_of: VersionOf) -> Finding:
    """An optional package."""
    version = version_of(package)
    if version is not None:
        return Finding(f"extra {extra}", "fine", f"{package} {version}")
    return Finding(
        f"extra {extra}", "note", f"{package} is not installed: needed for {use}", f"pip install 'laneblock[{extra}]'"
    )


def check_plugins(plugins: Plugins) -> list[Finding]:
    """Detectors of other packages: the ones that load, and each that does not."""
    found = [Finding("own detectors", "fine", ", ".join(plugins.entries))] if plugins.entries else []
    mend = f"mend or uninstall that package (entry point group {GROUP})"
    return found + [Finding("own detectors", "note", f"left out: {reason}", mend) for reason in plugins.broken.values()]


def apt_line(libraries: list[str]) -> str:
    """The command that installs the packages of missing shared libraries on Debian and Ubuntu."""
    packages = [APT[stem] for library in libraries if (stem := library.split(".")[0]) in APT]
    unknown = [library for library in libraries if library.split(".")[0] not in APT]
    parts = [f"apt-get install {' '.join(dict.fromkeys(packages))}"] if packages else []
    if unknown:
        parts.append(f"install the package that holds {', '.join(dict.fromkeys(unknown))}")
    return "; ".join(parts)


def find_libraries() -> list[Path]:
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


def installed(package: str) -> str | None:
    """The installed version of a package, None where it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def run(command: list[str]) -> tuple[int, str]:
    """Exit code and all output of a command; 127 and the reason where it cannot be started or hangs."""
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PATIENCE_S,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return 127, str(error)
    return done.returncode, done.stdout + done.stderr


def _own_home() -> Path | None:
    try:
        return sumo_home()
    except MachineError:
        return None
