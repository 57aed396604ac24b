"""Modules bear names of the chip's ROM in the end, but for those that a module outside the slots loads."""

import ast

import pytest

from twig.release import modules
from twig.release.explain import Names
from twig.release.sources import Source

RECORD = "name = 'fw_' + ('run', 'update')[0]"


@pytest.fixture
def shortened(tmp_path):
    """Shorten modules of these texts; (texts of them by old name, Names)."""

    def _shortened(names=None, **texts):
        found = {name: Source(name, tmp_path / name, ast.parse(text)) for name, text in texts.items()}
        outside = [Source("firmware.record", tmp_path / "record", ast.parse(RECORD))]
        table = modules.shorten(list(found.values()), outside, names or Names())
        assert [source.name for source in found.values()] == [table.module(old) for old in found]
        return {
            name: ast.unparse(source.tree) for name, source in [*found.items(), ("record", outside[0])]
        }, table

    return _shortened


def test_all_that_names_a_module_changes_alike(shortened):
    text = "import fw_b\nimport fw_b as c\nfrom fw_b import x\nload('fw_b')\nprint('fw_bc', 'a fw_b')"
    texts, table = shortened(fw_a=text, fw_b="x = 1")
    new = table.module("fw_b")
    assert new in modules.ROM
    expected = f"import {new} as fw_b\nimport {new} as c\nfrom {new} import x\nload('{new}')\n"
    assert texts["fw_a"] == expected + "print('fw_bc', 'a fw_b')"


def test_what_the_record_loads_has_its_own_name(shortened):
    texts, table = shortened(fw_run="", fw_update="", fw_a="")
    assert (table.module("fw_run"), table.module("fw_update")) == ("run", "update")
    assert texts["record"] == "name = '' + ('run', 'update')[0]"


def test_a_name_that_lies_in_rom_stays(shortened):
    assert shortened(fw_config="")[1].modules == {"config": "fw_config"}


def test_no_module_hides_one_of_the_chip(shortened):
    _, table = shortened(fw_machine="", fw_time="", fw_main="", **{f"fw_{i}": "" for i in range(600)})
    new = [table.module(old) for old in ("fw_machine", "fw_time", "fw_main")]
    assert not {"machine", "time", "main"} & set(new)
    assert not modules.BUILT_IN & set(table.modules)


def test_more_modules_than_names(shortened):
    old = [f"fw_{i}" for i in range(600)]
    _, table = shortened(**dict.fromkeys(old, ""))
    assert len({table.module(name) for name in old}) == 600


def test_other_modules_keep_theirs(shortened):
    texts, table = shortened(asyncio="", **{"umqtt.simple": ""})
    assert table.modules == {}
    assert texts["record"] == RECORD


def test_tables_of_names_follow(shortened):
    _, table = shortened(Names({"e": "all"}, {"fw_config": {"n": "one"}}), fw_config="")
    assert table.shared == {"e": "all"}
    assert table.own == {"config": {"n": "one"}}
