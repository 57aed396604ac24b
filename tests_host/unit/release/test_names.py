"""Names of the firmware's own are those of the chip's ROM afterwards; everything else keeps its name."""

import ast

import pytest

from twig.release import inline, names, sources
from twig.release.errors import SourceError
from twig.release.slot import is_outside


@pytest.fixture
def renamed(write):
    """Write sources, prepare and rename; (module -> text, new -> old)."""

    def _renamed(**files):
        program = inline.prepare(sources.firmware("s26", write(**files)))
        inside = [source for source in program.values() if not is_outside(source.name)]
        table = names.rename(inside, [source for source in program.values() if is_outside(source.name)])
        texts = {source.name.removeprefix("firmware."): ast.unparse(source.tree) for source in inside}
        return texts, table

    return _renamed


def original(text, table):
    """The text with the names of the sources: by tokens, as only whole names were changed."""
    import re

    return re.sub(r"\w+", lambda match: table.get(match[0], match[0]), text)


TWO = {
    "a": "class Thing:\n\n    def __init__(self, wanted):\n        self.wanted = wanted\n\n"
    "    def wish(self, *more, extra=1):\n        return self.wanted + extra",
    "b": "from firmware.a import Thing\nimport firmware.a as whole\nx = whole.Thing(wanted=3).wish(extra=2)",
}


def test_all_uses_change_alike(renamed):
    texts, table = renamed(**TWO)
    assert set(table.values()) == {"Thing", "wanted", "wish", "more", "extra", "x", "whole"}
    assert set(table) <= names.ROM
    assert {name: original(text, table) for name, text in texts.items()} == TWO
    assert "wish" not in texts["a"] + texts["b"]


def test_new_names_are_free(renamed):
    _, table = renamed(a="import math\n\ndef mine(e, n):\n    return math.pi + e + n + len('rb')")
    assert not {"e", "n", "pi", "math", "len", "rb"} & set(table)
    assert not set(table) & names.PROTOCOLS


@pytest.mark.parametrize(
    "text",
    [
        "def recv_it():\n    pass\ngetattr(object, 'recv_it')",
        "def first():\n    pass\n__import__('firmware.first')",
        "first = 1\nprint(dict(first=2))",
        "class Odd(OSError):\n    pass",
        "class Odd(OSError):\n    pass\n\nclass Odder(Odd):\n    pass",
        "from requests import headers_of\nheaders_of = 2",
        "def __getattr__(_):\n    pass",
    ],
)
def test_names_that_stay(renamed, text):
    texts, table = renamed(a=text)
    assert texts["a"] == text
    assert table == {}


def test_names_used_outside_stay(renamed):
    texts, table = renamed(
        record="def relay_of(pin):\n    return pin\n", a="def relay_of(pin):\n    return pin"
    )
    assert texts["a"] == "def relay_of(pin):\n    return pin"
    assert table == {}


def test_keywords_by_name_are_refused(renamed):
    with pytest.raises(SourceError, match=r"a\.py:1: \*\*more"):
        renamed(a="def f(**more):\n    return more")


def test_global_names(renamed):
    texts, table = renamed(a="count_of = 0\n\ndef f1():\n    global count_of\n    count_of += 1")
    assert original(texts["a"], table) == "count_of = 0\n\ndef f1():\n    global count_of\n    count_of += 1"
    assert "count_of" not in texts["a"]


def test_readable():
    table = {"e": "tick", "acos": "Thing"}
    trace = (
        'Traceback (most recent call last):\n  File "a", line 1, in e\n'
        "AttributeError: 'acos' object has no attribute 'e'\nTypeError: e 'e'\n"
    )
    assert names.readable(trace, table) == (
        'Traceback (most recent call last):\n  File "a", line 1, in tick\n'
        "AttributeError: 'Thing' object has no attribute 'tick'\nTypeError: e 'e'\n"
    )


def test_only_what_is_private_changes_outside_the_slots(write):
    """Slots to come may use any public name of a module that is never updated."""
    files = write(record="raw = 1\n\ndef _count(at):\n    return at\n\ndef save():\n    return _count(raw)")
    program = inline.prepare(sources.firmware("s26", files))
    fixed = [source for source in program.values() if source.name == "firmware.record"]
    others = [source for source in program.values() if source not in fixed]
    others.append(sources.Source("other", fixed[0].path, ast.parse("e = r = w = 1")))
    table = names.rename(fixed, others, private=True)
    assert list(table.values()) == ["_count"]
    assert not set(table) & {"e", "r", "w"}
    text = ast.unparse(fixed[0].tree)
    assert "def save" in text
    assert "_count" not in text
