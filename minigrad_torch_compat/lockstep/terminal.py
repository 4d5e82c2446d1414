"""The report in the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from .findings import Finding, Report, Site
from .wording import describe, first_values, worst

_COMMON = 5  # functions listed with the largest differences


def say(text: str) -> None:
    """Tell what is going on, on the standard error stream."""
    Console(stderr=True, highlight=False).print(f"[dim]minigrad diff: {escape(text)} ...[/]")


def show(report: Report, console: Console | None = None) -> None:
    """Print a report."""
    console = console or Console(highlight=False, soft_wrap=True)
    counts = report.counts
    compared = (
        f"{counts.calls:,} calls, {counts.gradients:,} gradients and {counts.steps:,} steps "
        f"compared, seed {report.seed}"
    )
    if report.finding is None:
        console.print(f"[bold green]The runs agree[/]: {compared}.")
        _largest(report, console)
    else:
        console.print(f"[bold red]The runs part[/]: {compared}.\n")
        _finding(report.finding, console)
        _failures(report, console)
    for note in report.notes:
        console.print(f"\n{escape(note)}")
    console.print()
    for run in report.runs:
        console.print(
            f"[dim]{run.engine}: exit status {run.status}, {run.seconds:.1f} s; printed: "
            f"{escape(run.output)}, {escape(run.errors)}[/]"
        )


def _largest(report: Report, console: Console) -> None:
    ranked = sorted(report.counts.worst.items(), key=lambda item: (-item[1][1], item[0]))
    rows = [(name, times, error) for name, (times, error) in ranked[:_COMMON] if error]
    if not rows:
        console.print("All results are the same to the bit.")
        return
    table = Table("largest differences", "calls", "relative", box=None, pad_edge=False)
    for name, times, error in rows:
        table.add_row(escape(name), f"{times:,}", f"{error:.1e}")
    console.print(table)


def _finding(finding: Finding, console: Console) -> None:
    number = f" [dim](call {finding.number:,})[/]" if finding.number else ""
    console.print(f"[bold]{escape(finding.title)}[/]{number}")
    if finding.site is not None:
        console.print(f"  {_site(finding.site)}")
    for remark in finding.remarks:
        console.print(f"  {escape(remark)}")
    for pair in finding.pairs:
        console.print(f"\n  [bold]{escape(pair.label)}[/]")
        around = pair.verdict.worst if pair.verdict else None
        if pair.verdict and pair.verdict.text:
            console.print(f"    [red]{escape(pair.verdict.text)}[/]")
        for engine, note in (("PyTorch ", pair.torch), ("minigrad", pair.minigrad)):
            console.print(f"    {engine}  {escape(describe(note))}")
            values = first_values(note, around)
            if values:
                console.print(f"              [dim]{escape(values)}[/]")
        if worst(pair):
            console.print(f"    most at   {escape(worst(pair))}")
    _others(finding, console)


def _others(finding: Finding, console: Console) -> None:
    """Print the calls around the finding."""
    if finding.suspects:
        console.print("\n  [bold]other calls that used the value[/]")
        for name, site in finding.suspects:
            console.print(f"    {escape(name)}  {_site(site)}")
    if finding.last:
        console.print("\n  [bold]the last calls that agree[/]")
        for name, site, error in finding.last:
            console.print(f"    {error:7.1e}  {escape(name)}  {_site(site)}")
    for engine, calls in finding.next.items():
        console.print(f"\n  [bold]then, under {engine}[/]")
        for name, site in calls:
            console.print(f"    {escape(name)}  {_site(site)}")
        if not calls:
            console.print("    no further call")


def _failures(report: Report, console: Console) -> None:
    for run in report.runs:
        if run.error is None:
            continue
        console.print(f"\n  [bold]{run.engine} ended with[/]")
        for line in run.error.rstrip().splitlines():
            console.print(f"    {escape(line)}")
        console.print("  after the calls")
        for name, site in run.last:
            console.print(f"    {escape(name)}  {_site(site)}")


def _site(site: Site) -> str:
    text = f"  [cyan]{escape(site.text)}[/]" if site.text else ""
    return f"{escape(str(site))}{text}"
