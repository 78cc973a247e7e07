"""`laneblock baseline`: save detectors' results on a battery, compare later results with them, accept changes."""

from pathlib import Path
from typing import Annotated

import typer

from harness.commands.baseline_choices import baseline_at, only_detectors, results_at
from harness.commands.console import say
from harness.commands.shared_options import JobsOption
from harness.commands.single_value_command import SingleValueCommand
from harness.records.output_paths import check_file
from scenarios.errors import UserError

baseline = typer.Typer(no_args_is_help=True)

FolderArgument = Annotated[
    str,
    typer.Argument(
        metavar="DIR|BATTERY", help="A battery's results, a folder of recordings, a battery to run, shipped."
    ),
]
BaselineArgument = Annotated[
    str, typer.Argument(metavar="BASELINE", help="The baseline's file; shipped: laneblock's own.")
]
DetectorOption = Annotated[
    list[str] | None,
    typer.Option("--detector", metavar="NAME", help="Only this detector; may be repeated. [default: all]"),
]
ParametersOption = Annotated[
    list[str] | None, typer.Option("--parameters", metavar="FILE", help="A detector's parameters, DETECTOR=FILE.")
]


@baseline.callback()
def baselines() -> None:
    """Did a change of detector, threshold, SUMO version or machine make detection worse?

    A baseline is a file, small enough to commit, with detectors' results for every run and incident. DIR|BATTERY is
    a battery's results, whose recorded decisions are used, or a folder of recordings such as results/NAME/runs,
    which are replayed, or a battery by name or file, whose missing runs are simulated first. Exit codes: 0 fine,
    1 worse, 2 wrong use, 3 the machine failed (SUMO missing, runs crashed).

    \b
    Example:
      laneblock battery sr91
      laneblock baseline save results/sr91 --out sr91.json
      laneblock baseline compare sr91.json results/sr91/runs
    """


@baseline.command(cls=SingleValueCommand, short_help="Make a baseline.")
def save(
    folder: FolderArgument,
    out: Annotated[Path, typer.Option(metavar="FILE", help="The file to write.")] = Path("baseline.json"),
    detector: DetectorOption = None,
    parameters: ParametersOption = None,
    persistence: Annotated[
        int, typer.Option(min=0, max=1000, metavar="P", help="Alarm at the (P+1)-th consecutive decision.")
    ] = 0,
    jobs: JobsOption = None,
) -> None:
    """Make a baseline of detectors' results on a battery's runs, or on recordings.

    \b
    Examples:
      laneblock baseline save results/sr91 --out sr91.json
      laneblock baseline save results/sr91/runs --detector sequential --detector trees --out sr91.json
      laneblock baseline save shipped --detector mine --out mine.json
    """
    from harness.studies.baseline.baseline_file import write_baseline
    from harness.studies.baseline.baseline_text import baseline_table

    check_file(out, "--out")
    if out.exists():
        raise UserError(f"{out} exists: to replace it, laneblock baseline accept {out} {folder}")
    found = results_at(folder, detector or (), parameters or (), persistence, jobs)
    print(baseline_table(found))
    write_baseline(out, found, new=True)  # another process may have written it meanwhile
    say(f"Baseline: {out} ({out.stat().st_size / 1000:.0f} kB)")


@baseline.command(cls=SingleValueCommand, short_help="Is anything worse than the baseline?")
def compare(
    before: BaselineArgument,
    folder: Annotated[
        str | None,
        typer.Argument(metavar="DIR|BATTERY", help="Results, recordings or a battery; not needed for shipped."),
    ] = None,
    statistical: Annotated[
        bool, typer.Option("--statistical", help="Paired tests, even where an exact comparison is possible.")
    ] = False,
    margin_dr: Annotated[float, typer.Option(metavar="SHARE", help="Accepted fall of DR.")] = 0.10,
    margin_false_alarms: Annotated[
        float, typer.Option(metavar="RATIO", help="Accepted ratio of false alarms, now to before.")
    ] = 2.0,
    margin_ttd: Annotated[float, typer.Option(metavar="S", help="Accepted mean delay, in seconds.")] = 30.0,
    alpha: Annotated[float, typer.Option(metavar="SHARE", help="One-sided level of each test.")] = 0.05,
    let_undecided_pass: Annotated[
        bool, typer.Option("--let-undecided-pass", help="Fail only where it is shown to be worse.")
    ] = False,
    detector: DetectorOption = None,
    parameters: ParametersOption = None,
    jobs: JobsOption = None,
    json_file: Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Also write it as JSON.")] = None,
    markdown_file: Annotated[
        Path | None, typer.Option("--markdown", metavar="FILE", help="Also write it as Markdown, for a pull request.")
    ] = None,
    junit_file: Annotated[
        Path | None, typer.Option("--junit", metavar="FILE", help="Also write it as JUnit XML.")
    ] = None,
) -> None:
    """Compare with a baseline: is anything worse, and what changed, incident by incident.

    Exact where SUMO version, system and architecture agree, or the frames do: worse means an incident lost or detected
    later, or one more false alarm. Otherwise, or with --statistical, each of DR, false alarms and TTD must be shown to
    be no worse by its margin, paired by run and incident; what is not shown counts as worse where it is worse on these
    runs, unless --let-undecided-pass. Another model or other parameters are reported, and do not fail.
    Exit codes: 0 fine, 1 worse, 2 wrong use, 3 the machine failed.

    \b
    Examples:
      laneblock baseline compare shipped                      laneblock's own recordings, without SUMO
      laneblock baseline compare sr91.json results/sr91/runs
      laneblock baseline compare sr91.json sr91 --jobs 2 --junit baseline.xml --markdown baseline.md
      laneblock baseline compare sr91.json results/sr91 --statistical --margin-ttd 15
    """
    from harness.records.atomic_files import write_json, write_text
    from harness.scoring.noninferiority import Margins
    from harness.studies.baseline.baseline_comparison import compare_with_baseline
    from harness.studies.baseline.baseline_text import as_document, as_junit, as_markdown, as_text

    margins = Margins(margin_dr, margin_false_alarms, margin_ttd, alpha)
    for option, file in (("--json", json_file), ("--markdown", markdown_file), ("--junit", junit_file)):
        if file is not None:
            check_file(file, option)
    there = only_detectors(baseline_at(before), detector or ())
    if folder is None and before != "shipped":
        raise UserError("wanted DIR or BATTERY after BASELINE, to compare with it")
    now = results_at(folder or "shipped", list(there.detectors), parameters or (), there.persistence, jobs, there)
    compared = compare_with_baseline(there, now, statistical, margins, not let_undecided_pass)
    print(as_text(compared))
    if json_file:
        write_json(json_file, as_document(compared))
    if markdown_file:
        write_text(markdown_file, as_markdown(compared))
    if junit_file:
        write_text(junit_file, as_junit(compared))
    if compared.worse:
        raise typer.Exit(1)


@baseline.command(cls=SingleValueCommand, short_help="Replace the baseline by today's results.")
def accept(
    before: BaselineArgument,
    folder: FolderArgument,
    because: Annotated[str, typer.Option(metavar="TEXT", help="Why; kept in the baseline.")] = "",
    parameters: ParametersOption = None,
    jobs: JobsOption = None,
) -> None:
    """Replace the baseline by today's results, and report what changed. The battery may have grown or changed.

    \b
    Example:
      laneblock baseline accept sr91.json results/sr91/runs --because "thresholds of the new calibration"
    """
    from harness.studies.baseline.baseline_checks import check_comparable
    from harness.studies.baseline.baseline_comparison import compare_with_baseline
    from harness.studies.baseline.baseline_file import Accepted, write_baseline
    from harness.studies.baseline.baseline_text import as_text, baseline_table

    if before == "shipped":
        raise UserError("the shipped baseline is laneblock's own: save one of yours (laneblock baseline save shipped)")
    there = baseline_at(before)
    check_file(Path(before), "BASELINE")
    now = results_at(folder, list(there.detectors), parameters or (), there.persistence, jobs)
    check_comparable(there, now, same_runs=False)
    try:
        print(as_text(compare_with_baseline(there, now)))
    except UserError as error:
        print(f"{error}\n\nNow:\n{baseline_table(now)}")
    accepted = Accepted(
        because=because,
        before={
            name: (one.detected, one.incidents, one.false_alarms, one.ttd.mean if one.ttd.values else None)
            for name, one in there.detectors.items()
        },
    )
    write_baseline(Path(before), now.model_copy(update={"accepted": (*there.accepted, accepted)}))
    say(f"Baseline: {before}")
