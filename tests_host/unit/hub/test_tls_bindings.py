"""What is said where OpenSSL's bindings are not the right ones."""

import tomllib

import pytest

from twig.hub.errors import TlsMissing
from twig.hub.tls import bindings
from twig.hub.tls.bindings import FOUND, NAMES, lib
from twig.release.places import ROOT


class Bound:
    """Bindings with all names but one."""

    def __init__(self, without: str) -> None:
        for name in NAMES:
            if name != without:
                setattr(self, name, None)


@pytest.mark.parametrize(
    "found",
    [
        {"pyOpenSSL": "26.3.9"},
        {"pyOpenSSL": "26.5.0"},
        {"pyOpenSSL": "27.0.0"},
        {"cryptography": "49.0.0"},
        {"cryptography": "51.0"},
    ],
)
def test_other_versions_are_refused_and_the_right_ones_named(found: dict[str, str]) -> None:
    with pytest.raises(TlsMissing) as caught:
        bindings.check({**FOUND, **found}, lib)
    assert next(iter(found.values())) in caught.value.text
    assert caught.value.text.endswith("pip install 'pyOpenSSL>=26.4,<26.5' 'cryptography>=50,<51'")


@pytest.mark.parametrize("name", NAMES)
def test_every_binding_is_needed(name: str) -> None:
    bindings.check(FOUND, Bound(without=""))
    with pytest.raises(TlsMissing):
        bindings.check(FOUND, Bound(without=name))


def test_a_later_correction_of_a_tested_version_is_taken() -> None:
    bindings.check({"pyOpenSSL": "26.4.7", "cryptography": "50.3.1"}, lib)


def test_the_requirements_name_the_same_versions() -> None:
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    with pytest.raises(TlsMissing) as caught:
        bindings.check({"pyOpenSSL": "1.0"}, lib)
    for name in bindings.TESTED:
        (found,) = [each for each in asked if each.startswith(name.lower())]
        assert f"'{found}'" in caught.value.text.lower()
