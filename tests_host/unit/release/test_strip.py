"""What a chip has no use for goes: docstrings, annotations, type checking."""

import pytest

from twig.release.errors import SourceError


def test_docstrings(prepare):
    text = '"""Doc."""\n\ndef f():\n    """Doc."""\n\nclass C:\n    """Doc."""\n\n'
    text += 'async def g():\n    """Doc."""\n    return 1\n'
    assert prepare(a=text)["a"] == "def f():\n    pass\n\nclass C:\n    pass\n\nasync def g():\n    return 1"


def test_annotations(prepare):
    text = "def f(a: int, *b: str, c: 'X' = 1) -> int:\n    x: int = a\n    y: str\n    return x\n"
    assert prepare(a=text)["a"] == "def f(a, *b, c=1):\n    x = a\n    return x"


def test_annotated_constant(prepare):
    assert prepare(a="from typing import Final\nA: Final = 3\nx = A\n") == {"a": "x = 3"}


def test_imports_that_only_annotations_need(prepare):
    text = "from firmware.b import C\nimport os\nimport sys\n\ndef f(c: C, o: os.PathLike):\n    return c\n"
    found = prepare(a=text, b="class C:\n    x = f(1)\n")
    assert found["a"] == "import sys\n\ndef f(c, o):\n    return c"


@pytest.mark.parametrize(
    "text",
    [
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from firmware.b import C\n",
        "import typing\nif typing.TYPE_CHECKING:\n    import os\n",
        "try:\n    from typing import TYPE_CHECKING\nexcept ImportError:\n"
        "    TYPE_CHECKING = False\nif TYPE_CHECKING:\n    x = 1\n",
        "TYPE_CHECKING = False\nif TYPE_CHECKING:\n    from typing import Any\n",
        "from __future__ import annotations\nfrom collections.abc import Callable\n",
    ],
)
def test_type_checking(prepare, text):
    assert prepare(a=text + "y = 2\n")["a"] == "y = 2"


def test_else_of_type_checking_stays(prepare):
    text = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    x = f(1)\n"
    text += "else:\n    x = f(2)\n    y = f(3)\n"
    assert prepare(a=text)["a"] == "x = f(2)\ny = f(3)"


def test_cast(prepare):
    assert prepare(a="from typing import cast\nx = cast(int, f(1))\n")["a"] == "x = f(1)"


def test_typing_at_run_time(prepare):
    with pytest.raises(SourceError, match=r"a\.py:2: Callable comes from typing"):
        prepare(a="from typing import Callable\nHandler = Callable[[], None]\n")


def test_stand_ins_for_cpython(prepare):
    text = "try:\n    from asyncio import core\nexcept ImportError:\n"
    text += "    from firmware.wait_cpython import core\nx = core\n"
    assert prepare(a=text)["a"] == "from asyncio import core\nx = core"
