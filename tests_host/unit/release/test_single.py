"""The core of asyncio as the module `asyncio`."""

import ast
from pathlib import Path

import pytest

from twig.release.single import single
from twig.release.sources import Source

STAR = "from .core import *"


def source(name: str, text: str) -> Source:
    return Source(name, Path(name), ast.parse(text), name == "asyncio")


def made(init: str, *users: str, more: tuple[str, ...] = ()) -> tuple[dict[str, str], list[str]]:
    parts = [source("asyncio", init), source("asyncio.core", "x = 1"), *(source(name, "") for name in more)]
    trees = [source("user", text) for text in users]
    kept = single(parts, trees)
    return {each.name: ast.unparse(each.tree) for each in kept}, [ast.unparse(each.tree) for each in trees]


def test_core_takes_the_name():
    kept, _ = made(STAR)
    assert kept == {"asyncio": "x = 1"}


def test_it_is_a_module_then():
    (only,) = single([source("asyncio", STAR), source("asyncio.core", "x = 1")], [])
    assert not only.package


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from asyncio import core", "import asyncio as core"),
        ("from asyncio import core as c, run", "import asyncio as c\nfrom asyncio import run"),
        ("from asyncio.core import run", "from asyncio import run"),
        ("import asyncio", "import asyncio"),
        ("from .core import run", "from .core import run"),
    ],
)
def test_imports(before, after):
    assert made(STAR, before)[1] == [after]


@pytest.mark.parametrize(
    "user", ["import asyncio.core", "import asyncio\nasyncio.core.run()", "__import__('asyncio.core')"]
)
def test_users_of_the_package(user):
    kept, (text,) = made(STAR, user)
    assert set(kept) == {"asyncio", "asyncio.core"}
    assert text == ast.unparse(ast.parse(user))


def test_other_parts_need_the_package():
    assert len(made(STAR, more=("asyncio.event",))[0]) == 3
    assert len(made(STAR + "\n_attrs = {}")[0]) == 2
