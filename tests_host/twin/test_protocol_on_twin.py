"""The protocol suite on the twin's VM, over the .mpy code of a slot: one result here for each test there."""

from pathlib import Path

import pytest

from tests_host.twin import suite
from twig.release.places import FIRMWARE, ROOT
from twig.twin.runtime import runtime

FILES = sorted((ROOT / "tests_host" / "unit" / "protocol").glob("test_*.py"))
TESTS = [f"{path.stem}.{name}" for path in FILES for name in suite.tests_of(path)]

# The first run on a machine builds the twin.
pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    chip = runtime()
    folder: Path = tmp_path_factory.mktemp("suite")
    suite.install(folder, (FIRMWARE / "protocol").glob("*.py"), FILES, chip.mpy_cross)
    return suite.run(chip, folder, [path.stem for path in FILES])


@pytest.mark.parametrize("name", TESTS)
def test_on_twin(name: str, results: dict[str, str]) -> None:
    assert name in results, f"the twin did not run it; it ran {len(results)} of {len(TESTS)}"
    assert not results[name], results[name]


def test_every_module_was_imported(results: dict[str, str]) -> None:
    assert not {name: failure for name, failure in results.items() if name not in TESTS}
