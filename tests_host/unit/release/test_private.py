"""What only one module spells takes names that others give away too, and texts that call it follow."""

import ast
import re

import pytest

from twig.release import names
from twig.release.sources import Source

LAZY = "def call(name, function, *more):\n    return getattr(__import__(name), function)(*more)\n"


@pytest.fixture
def renamed(tmp_path):
    """Rename in modules of these texts; (module -> text, Names)."""

    def _renamed(**texts):
        slot = [Source(name, tmp_path / name, ast.parse(text)) for name, text in texts.items()]
        table = names.rename(slot, [])
        return {source.name: ast.unparse(source.tree) for source in slot}, table

    return _renamed


def run(texts, module):
    """The globals of a module after it ran."""
    found = {}
    exec(texts[module], found)  # noqa: S102  the text is this file's
    return found


def test_two_modules_share_a_name(renamed):
    _, table = renamed(fw_a="def first_of():\n    return 1", fw_b="def second_of():\n    return 2")
    assert table.shared == {}
    assert list(table.own["fw_a"]) == list(table.own["fw_b"])
    assert set(table.own["fw_a"].values()) | set(table.own["fw_b"].values()) == {"first_of", "second_of"}


@pytest.mark.parametrize(
    "other",
    [
        "from fw_a import helper",
        "import fw_a\nfw_a.helper()",
        "class Other:\n\n    def helper(self):\n        pass",
        "class Other:\n    helper = 3",
        "def other(helper):\n    return helper",
        "other(helper=3)",
    ],
)
def test_what_others_may_mean_has_one_name_everywhere(renamed, other):
    texts, table = renamed(fw_a="def helper():\n    pass", fw_b=other)
    assert "helper" in table.shared.values()
    assert "helper" not in texts["fw_a"] + texts["fw_b"]
    assert "helper" not in table.own.get("fw_a", {}).values()


def test_a_class_has_one_name_everywhere(renamed):
    """Messages of the interpreter say it in any module."""
    _, table = renamed(fw_a="class Single:\n    pass")
    assert list(table.shared.values()) == ["Single"]


def test_no_variable_of_a_function_hides_a_global(renamed):
    """Every name that a module gives away is none that it spells, be it of a variable or of a built-in."""
    spelled = sorted(names.usable(set()))[:-1]
    text = f"def helper():\n    return 7\n\ndef taker({', '.join(spelled)}):\n    return helper()\n"
    _, table = renamed(fw_a=text)
    assert len(table.own["fw_a"]) == 1
    assert not set(table.own["fw_a"]) & set(spelled)


def test_scopes(renamed):
    """Globals change, variables of the same name do not."""
    text = """
count_of = 5
import math as maths

def outer_of(given, count_of=count_of):
    def inner():
        return count_of
    return inner() + given

def adder():
    global count_of
    count_of += 1
    found = [count_of for count_of in (1, 2)]
    return count_of, found, maths.floor(2.5)
result = (adder(), outer_of(1), outer_of(2, 3), count_of)
"""
    texts, table = renamed(fw_a=text)
    found = run(texts, "fw_a")
    by_old = {old: new for new, old in {**table.shared, **table.own["fw_a"]}.items()}
    assert found[by_old["result"]] == ((6, [1, 2], 2), 6, 5, 6)
    assert {"adder", "maths", "result", "outer_of"} <= set(table.own["fw_a"].values())


def test_the_text_of_a_call_is_renamed(renamed):
    texts, table = renamed(
        fw_run=LAZY + "def start_it():\n    return call('fw_rare', 'obey_it', 'obey_it is said')",
        fw_rare="def obey_it(command):\n    return command",
    )
    [new] = table.own["fw_rare"]
    assert table.own["fw_rare"] == {new: "obey_it"}
    assert f"def {new}(" in texts["fw_rare"]
    assert re.search(rf"\('fw_rare', '{new}', 'obey_it is said'\)", texts["fw_run"])


def test_the_text_of_a_call_to_what_all_spell_is_renamed(renamed):
    texts, table = renamed(
        fw_run=LAZY + "call('fw_rare', 'obey_it')",
        fw_rare="def obey_it():\n    pass",
        fw_c="print(fw_x.obey_it)",
    )
    new = table.renamed().get("obey_it", "")
    assert new
    assert f"'{new}'" in texts["fw_run"]
    assert f"def {new}(" in texts["fw_rare"]


@pytest.mark.parametrize(
    "call", ["print('fw_rare', 'obey_it', file=2)\nx = 'obey_it'", "call('other', 'obey_it')"]
)
def test_a_text_that_may_mean_something_else_keeps_its_function(renamed, call):
    texts, table = renamed(fw_run=LAZY + call, fw_rare="def obey_it():\n    pass")
    assert "def obey_it(" in texts["fw_rare"]
    assert "obey_it" not in table.renamed("fw_rare")
