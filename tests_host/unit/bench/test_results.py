"""Rows, verdicts, the report and the README's table."""

import json
from pathlib import Path
from types import ModuleType

import pytest

from tests_host.bench import readme, report
from tests_host.bench.place import BenchError, Place
from tests_host.bench.results import Row, shown
from twig.release.places import ROOT

LESS = Row("time", "a time", "ms", 5, 1)
MORE = Row("heap", "a heap", "B", 100, 200, more=True)
PLAIN = Row("figure", "a figure", "B")


@pytest.mark.parametrize(
    ("row", "value", "verdict"),
    [
        (LESS, 1, "met"),
        (LESS, 1.01, "limit met"),
        (LESS, 5, "limit met"),
        (LESS, 5.01, "missed"),
        (MORE, 200, "met"),
        (MORE, 100, "limit met"),
        (MORE, 99, "missed"),
        (PLAIN, 1, "-"),
        (Row("x", "x", "B", 5), 5, "met"),
    ],
)
def test_verdict(row: Row, value: float, verdict: str) -> None:
    assert row.result(value, "how").verdict == verdict


def test_what_was_not_measured_has_no_figure() -> None:
    found = LESS.missing("no broker")
    assert (found.verdict, found.value, found.keeps(5)) == ("not measured", None, None)
    assert found.json()["met"] is None
    assert found.json()["problem"] == "no broker"


def test_json_has_all_that_a_program_wants() -> None:
    found = json.loads(json.dumps(MORE.result(150, "by eye", [100.0, 200.0], place="here").json()))
    assert found == {
        "key": "heap", "what": "a heap", "unit": "B", "limit": 100, "goal": 200, "better": "more",
        "value": 150, "how": "by eye", "samples": 2, "percentiles": {"min": 100, "p50": 150, "max": 200},
        "problem": None,
        "met": True, "goal_met": False, "verdict": "limit met", "details": {"place": "here"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("value", "text"),
    [(12432, "12,432 B"), (0.0934, "0.0934 B"), (4.8123, "4.81 B"), (705.5, "706 B"), (5, "5 B")],
)
def test_shown(value: float, text: str) -> None:
    assert shown(value, "B") == text


def test_shown_nothing() -> None:
    assert shown(None, "B") == ""


def module(measure: object) -> ModuleType:
    made = ModuleType("tests_host.bench.made")
    made.ROWS, made.measure = (LESS, MORE), measure  # type: ignore[attr-defined]
    return made


def test_a_measurement_that_fails_says_why_in_each_of_its_rows(tmp_path: Path) -> None:
    def measure(place: Place) -> None:
        raise BenchError("no broker")

    found = report.measured(module(measure), Place(tmp_path))
    assert [(each.row.key, each.problem) for each in found] == [("time", "no broker"), ("heap", "no broker")]


def test_an_unexpected_failure_is_named(tmp_path: Path) -> None:
    found = report.measured(module(lambda place: {}["x"]), Place(tmp_path))
    assert found[0].problem == "KeyError('x')"


def test_the_report_and_the_table_hold_every_result() -> None:
    results = [LESS.result(0.5, "how"), MORE.missing("no twin"), PLAIN.result(3, "how")]
    content = report.report(results)
    assert [each["key"] for each in content["results"]] == ["time", "heap", "figure"]
    assert report.table(results).row_count == 3
    text = readme.table(content)
    assert "| a time | ≤ 5 | ≤ 1 | 0.5 ms | met |" in text
    assert "| a heap | ≥ 100 | ≥ 200 |  | no twin |" in text
    assert "| a figure |  |  | 3 B | - |" in text


def test_a_part_that_is_measured_again_takes_the_place_of_the_old() -> None:
    old = report.report([LESS.result(0.5, "how"), MORE.missing("no twin")])
    found = report.merged(old, report.report([MORE.result(150, "how"), PLAIN.result(1, "how")]))
    assert [(each["key"], each["value"]) for each in found["results"]] == [("time", 0.5), ("heap", 150)]
    assert all(each["made"] for each in found["results"])


def test_readme_changes_between_the_marks_only(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text(f"before\n{readme.BEGIN}\nold\n{readme.END}\nafter\n")
    for _ in range(2):
        readme.rewrite(path, readme.table(report.report([LESS.result(0.5, "how")])))
    text = path.read_text()
    assert text.startswith(f"before\n{readme.BEGIN}\n| what")
    assert text.endswith(f"{readme.END}\nafter\n")
    assert "old" not in text


def test_readme_without_marks(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text("nothing")
    with pytest.raises(ValueError, match=r"README.md has no"):
        readme.rewrite(path, "new")


def test_memory_shows_steps_and_passes() -> None:
    taken = Row("heap_taken", "taken", "B").result(300, "how", steps={"asyncio": 100, "the rest": 200})
    lost = Row("pass_shake", "heap lost without trimming", "B")
    text = readme.memory(report.report([taken, lost.result(1616, "how"), lost.missing("does not join")]))
    assert "| asyncio | 100 |\n| the rest | 200 |\n| **the firmware in all** | **300** |" in text
    assert "| trimming | does not join |" in text


def test_the_documents_have_the_marks() -> None:
    for name in ("README.md", "docs/memory.md"):
        text = (ROOT / name).read_text("utf-8")
        assert text.index(readme.BEGIN) < text.index(readme.END)
