"""Names of the firmware's own are those of the chip's ROM afterwards; everything else keeps its name."""

import ast
import re

import pytest

from twig.release import image, inline, names, sources
from twig.release.errors import SourceError
from twig.release.slot import is_outside


@pytest.fixture
def renamed(write):
    """Write sources, prepare and rename; (module -> text, Names)."""

    def _renamed(**files):
        program = inline.prepare(sources.firmware("s26", write(**files)))
        inside = [source for source in program.values() if not is_outside(source.name)]
        table = names.rename(inside, [source for source in program.values() if is_outside(source.name)])
        texts = {source.name.removeprefix("firmware."): ast.unparse(source.tree) for source in inside}
        return texts, table

    return _renamed


def original(text, table, module="firmware.a"):
    """The text with the names of the sources: by tokens, as only whole names were changed."""
    old = {**table.shared, **table.own.get(module, {})}
    return re.sub(r"\w+", lambda match: old.get(match[0], match[0]), text)


def olds(table):
    return set(table.shared.values()).union(*(own.values() for own in table.own.values()))


def news(table):
    return set(table.shared).union(*table.own.values())


TWO = {
    "a": "class Thing:\n\n    def __init__(self, wanted):\n        self.wanted = wanted\n\n"
    "    def wish(self, *more, extra=1):\n        return self.wanted + extra",
    "b": "from firmware.a import Thing\nimport firmware.a as whole\nx = whole.Thing(wanted=3).wish(extra=2)",
}


def test_all_uses_change_alike(renamed):
    texts, table = renamed(**TWO)
    assert set(table.shared.values()) == {"Thing", "wanted", "wish", "more", "extra"}
    assert {name: set(own.values()) for name, own in table.own.items()} == {"firmware.b": {"x", "whole"}}
    assert news(table) <= names.ROM
    assert {name: original(text, table, f"firmware.{name}") for name, text in texts.items()} == TWO
    assert "wish" not in texts["a"] + texts["b"]


def test_new_names_are_free(renamed):
    _, table = renamed(a="import math\n\ndef mine(e, n):\n    return math.pi + e + n + len('rb')")
    assert not {"e", "n", "pi", "math", "len", "rb"} & news(table)
    assert not news(table) & names.PROTOCOLS


def test_no_name_becomes_one_that_the_compiler_takes_for_its_own(renamed):
    """With more names than there are in ROM every free one is given away."""
    many = "\n".join(f"def wish_{number}():\n    pass" for number in range(len(names.ROM)))
    _, table = renamed(a=many)
    assert len(news(table)) > len(names.ROM) / 2
    assert not names.COMPILER & news(table)


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
    assert olds(table) == set()


def test_names_used_outside_stay(renamed):
    texts, table = renamed(
        record="def relay_of(pin):\n    return pin\n", a="def relay_of(pin):\n    return pin"
    )
    assert texts["a"] == "def relay_of(pin):\n    return pin"
    assert olds(table) == set()


def test_keywords_by_name_are_refused(renamed):
    with pytest.raises(SourceError, match=r"a\.py:1: \*\*more"):
        renamed(a="def f(**more):\n    return more")


def test_global_names(renamed):
    texts, table = renamed(a="count_of = 0\n\ndef f1():\n    global count_of\n    count_of += 1")
    assert original(texts["a"], table) == "count_of = 0\n\ndef f1():\n    global count_of\n    count_of += 1"
    assert "count_of" not in texts["a"]


def test_only_what_is_private_changes_outside_the_slots(write):
    """Slots to come may use any public name of a module that is never updated."""
    files = write(record="raw = 1\n\ndef _count(at):\n    return at\n\ndef save():\n    return _count(raw)")
    program = inline.prepare(sources.firmware("s26", files))
    fixed = [source for source in program.values() if source.name == "firmware.record"]
    others = [source for source in program.values() if source not in fixed]
    table = names.rename(fixed, others, underscored=True)
    assert olds(table) == {"_count"}
    text = ast.unparse(fixed[0].tree)
    assert "def save" in text
    assert "_count" not in text


def test_what_is_private_outside_the_slots_is_used_nowhere_else(write):
    program = inline.prepare(sources.firmware("s26", write(record="def _count():\n    pass")))
    user = sources.Source("a", program["firmware.record"].path, ast.parse("import record\nrecord_._count()"))
    with pytest.raises(SourceError, match=r"record_\._count is private"):
        image._rename_private([program["firmware.record"]], [user])
