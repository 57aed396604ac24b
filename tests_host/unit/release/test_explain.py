"""`twig image explain`: a console log with the names of the sources."""

import json

import pytest
from typer.testing import CliRunner

from twig.release.commands import app
from twig.release.errors import ReleaseError
from twig.release.explain import Names, Reader, parse

TABLE = Names(
    {"e": "tick", "acos": "Thing", "pow": "join"},
    {"gc4": {"hex": "target"}, "run": {"pow": "_begin"}},
    {"gc4": "fw_serve", "run": "fw_run"},
)
LOG = """plug says e, 'e' and File gc4
Traceback (most recent call last):
  File "main.py", line 1, in <module>
  File "gc4", line 1, in pow
  File "run", line 1, in pow
  File "gc4", line 1, in hex
NameError: name 'hex' isn't defined
AttributeError: 'acos' object has no attribute 'e'
"""
READ = """plug says e, 'e' and File gc4
Traceback (most recent call last):
  File "main.py", line 1, in <module>
  File "fw_serve", line 1, in join
  File "fw_run", line 1, in _begin
  File "fw_serve", line 1, in target
NameError: name 'target' isn't defined
AttributeError: 'Thing' object has no attribute 'tick'
"""


def test_what_a_name_means_depends_on_the_module():
    assert Reader(TABLE).read(LOG) == READ


def test_lines_one_by_one():
    reader = Reader(TABLE)
    assert "".join(reader.read(line) for line in LOG.splitlines(keepends=True)) == READ


def test_renamed():
    assert TABLE.renamed() == {"tick": "e", "Thing": "acos", "join": "pow"}
    assert TABLE.renamed("fw_run") == {"tick": "e", "Thing": "acos", "join": "pow", "_begin": "pow"}
    assert TABLE.module("fw_serve") == "gc4"
    assert TABLE.module("asyncio") == "asyncio"


def test_explain(tmp_path):
    path = tmp_path / "x.names.json"
    path.write_text(json.dumps(TABLE.raw()))
    done = CliRunner().invoke(app, ["explain", str(path)], input=LOG)
    assert done.output == READ


@pytest.mark.parametrize("raw", [{}, [1], {"shared": {}, "own": [], "modules": {}}, {"e": "tick"}])
def test_no_table_of_names(raw):
    with pytest.raises(ValueError, match="no table of names"):
        parse(raw)


@pytest.mark.parametrize("text", [None, "{", "[1]", '{"e": "tick"}'])
def test_no_table(tmp_path, text):
    path = tmp_path / "x.names.json"
    if text is not None:
        path.write_text(text)
    done = CliRunner().invoke(app, ["explain", str(path)], input=LOG)
    assert isinstance(done.exception, ReleaseError)
    assert "twig image build" in str(done.exception)
