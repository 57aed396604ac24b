"""Short texts of modules that are forgotten, and which of them are left as they are."""

import ast
from pathlib import Path

import pytest

from twig.release.sources import Source
from twig.release.texts import KEPT_MAX, lengthen


def rewritten(text: str, stays: str = "", name: str = "fw_rare") -> str:
    """The source of a forgotten module after the pass, beside one that stays."""
    rare = Source(name, Path(name), ast.parse(text))
    lengthen([rare, Source("fw_serve", Path("serve"), ast.parse(stays))], [])
    return ast.unparse(rare.tree)


def value(text: str) -> object:
    """What the rewritten expression is."""
    return eval(rewritten(text))  # noqa: S307


def test_a_short_text_is_a_slice_of_one_that_is_not_kept() -> None:
    new = rewritten("print('no length')")
    padded = next(node.value for node in ast.walk(ast.parse(new)) if isinstance(node, ast.Constant))
    assert isinstance(padded, str) and len(padded) > KEPT_MAX
    assert value("'no length'") == "no length"
    assert value("{'wrong key': ('bad half', 'x?')}") == {"wrong key": ("bad half", "x?")}


@pytest.mark.parametrize(
    "text",
    [
        "print('12345678901')",  # is not kept anyway
        "print('')",
        "print('größe')",  # slices of bytes and of characters differ
        "print(b'no length')",
        "print('append')",  # lies in ROM
        "print('whose')\nwhose = 1",  # is a name too
        "print('said there')",
    ],
)
def test_what_is_left_alone(text: str) -> None:
    assert rewritten(text, "print('said there')") == text


def test_modules_that_stay_and_libraries_are_left_alone() -> None:
    assert rewritten("print('no length')", name="fw_setup") == "print('no length')"
    assert rewritten("print('no length')", name="umqtt") == "print('no length')"
