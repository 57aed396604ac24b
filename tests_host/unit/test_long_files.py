"""The list of long files of tests names files that exist, and puts them first."""

from tests_host.long_files import SECONDS, longest_first
from twig.release.places import ROOT


def test_they_exist() -> None:
    assert [each for each in SECONDS if not (ROOT / "tests_host" / each).is_file()] == []


def test_the_longest_is_first_and_the_rest_keep_their_order() -> None:
    longest, shortest = max(SECONDS, key=SECONDS.__getitem__), min(SECONDS, key=SECONDS.__getitem__)
    paths = ["tests_host/b.py", f"tests_host/{shortest}", "tests_host/a.py", f"tests_host/{longest}"]
    assert sorted(paths, key=longest_first) == [paths[3], paths[1], paths[0], paths[2]]
