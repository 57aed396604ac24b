"""Puts the bench's figures into README.md and docs/memory.md, each between two marks."""

from pathlib import Path
from typing import Any

from tests_host.bench.results import shown

BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"
HEAD = "| what | limit | goal | measured | |\n| --- | --- | --- | --- | --- |\n"
STEPS_HEAD = "| what has taken it | bytes |\n| --- | ---: |\n"
PASSES_HEAD = "| the image without | would take so much more |\n| --- | ---: |\n"


def table(report: dict[str, Any]) -> str:
    """The results of build/bench.json as a Markdown table; the passes stand in docs/memory.md."""
    lines = [_line(each) for each in report["results"] if not each["key"].startswith("pass")]
    return f"{HEAD}{''.join(lines)}\nMeasured {_where(report)}.\n"


def memory(report: dict[str, Any]) -> str:
    """Where the heap goes and what the build's passes save, as Markdown tables."""
    results = {each["key"]: each for each in report["results"]}
    steps = results["heap_taken"]["details"].get("steps", {})
    lines = [f"| {name} | {taken:,} |\n" for name, taken in steps.items()]
    lines.append(f"| **the firmware in all** | **{shown(results['heap_taken']['value'])}** |\n")
    passes = [each for key, each in results.items() if key.startswith("pass")]
    saved = [f"| {_pass(each)} | {shown(each['value']) or each['problem']} |\n" for each in passes]
    return f"{STEPS_HEAD}{''.join(lines)}\n{PASSES_HEAD}{''.join(saved)}\nMeasured {_where(report)}.\n"


def rewrite(path: Path, text: str) -> None:
    """Replace what stands between the marks; ValueError when they are not there."""
    before, begin, rest = path.read_text("utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{path.name} has no {BEGIN} ... {END}")
    path.write_text(f"{before}{BEGIN}\n{text}{END}{after}", "utf-8")


def _line(result: dict[str, Any]) -> str:
    unit, sign = result["unit"], "≥" if result["better"] == "more" else "≤"
    bounds = ["" if result[name] is None else f"{sign} {shown(result[name])}" for name in ("limit", "goal")]
    verdict = result["problem"] or result["verdict"]
    cells = [
        result["what"].replace("  ", "… "),
        *bounds,
        shown(result["value"], unit),
        verdict.replace("|", "/"),
    ]
    return f"| {' | '.join(cells)} |\n"


def _pass(result: dict[str, Any]) -> str:
    return str(result["what"]).strip().removeprefix("heap lost without ")


def _where(report: dict[str, Any]) -> str:
    machine = report["machine"]
    return f"{report['made'][:10]} on {machine['cores']} cores of {machine['processor']}"
