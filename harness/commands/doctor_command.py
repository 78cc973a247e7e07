"""The command `laneblock doctor`: is everything there?"""

import typer


def doctor() -> None:
    """Is everything there that laneblock needs? Says how to mend what is not; exit code 1 where a battery cannot run.

    \b
    Example:
      laneblock doctor
    """
    from harness.commands.doctor import examine

    findings = examine()
    width = max(len(finding.what) for finding in findings)
    for finding in findings:
        print(f"{finding.grade:5}  {finding.what:{width}}  {finding.found}")
        if finding.mend:
            print(f"{'':5}  {'':{width}}  -> {finding.mend}")
    if any(finding.grade == "wrong" for finding in findings):
        raise typer.Exit(1)
