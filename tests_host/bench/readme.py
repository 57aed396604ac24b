"""Puts the bench's table into README.md, between two marks."""

from pathlib import Path
from typing import Any

from tests_host.bench.results import shown

BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"
HEAD = "| what | limit | goal | measured | |\n| --- | --- | --- | --- | --- |\n"


def table(report: dict[str, Any]) -> str:
    """The results of build/bench.json as a Markdown table."""
    return HEAD + "".join(_line(each) for each in report["results"]) + f"\nMeasured {_where(report)}.\n"


def rewrite(path: Path, report: dict[str, Any]) -> None:
    """Replace what stands between the marks; ValueError when they are not there."""
    text = path.read_text("utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{path.name} has no {BEGIN} ... {END}")
    path.write_text(f"{before}{BEGIN}\n{table(report)}{END}{after}", "utf-8")


def _line(result: dict[str, Any]) -> str:
    unit, sign = result["unit"], "≥" if result["better"] == "more" else "≤"
    bounds = ["" if result[name] is None else f"{sign} {shown(result[name])}" for name in ("limit", "goal")]
    verdict = result["problem"] or result["verdict"]
    cells = [result["what"], *bounds, shown(result["value"], unit), verdict.replace("|", "/")]
    return f"| {' | '.join(cells)} |\n"


def _where(report: dict[str, Any]) -> str:
    machine = report["machine"]
    return f"{report['made'][:10]} on {machine['cores']} cores of {machine['processor']}"
