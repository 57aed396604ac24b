"""The runner itself: what fails on the twin is seen here."""

from pathlib import Path

import pytest

from tests_host.twin import suite
from twig.twin.runtime import runtime

MIXED = """
def test_good():
    assert 1 + 1 == 2

def test_bad():
    assert 1 + 1 == 3, "sums"

def test_broken():
    nothing.at.all

def helper():
    raise ValueError
"""

# The first run on a machine builds the twin.
pytestmark = pytest.mark.timeout(600)


def test_each_result_is_told(tmp_path: Path) -> None:
    (tmp_path / "test_mixed.py").write_text(MIXED, "utf-8")
    (tmp_path / "test_absent.py").write_text("import statistics", "utf-8")
    results = suite.run(runtime(), tmp_path, ["test_mixed", "test_absent"])
    assert set(results) == {
        "test_mixed.test_good",
        "test_mixed.test_bad",
        "test_mixed.test_broken",
        "test_absent",
    }
    assert results["test_mixed.test_good"] == ""
    assert "AssertionError sums" in results["test_mixed.test_bad"]
    assert "NameError" in results["test_mixed.test_broken"]
    assert "ImportError" in results["test_absent"]


def test_a_run_that_ends_early_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "test_exits.py").write_text("import sys\ndef test_exit(): sys.exit(3)", "utf-8")
    with pytest.raises(AssertionError, match="stopped"):
        suite.run(runtime(), tmp_path, ["test_exits"])
