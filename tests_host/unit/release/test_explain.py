"""`twig image explain`: a console log with the names of the sources."""

import json

import pytest
from typer.testing import CliRunner

from twig.release.commands import app
from twig.release.errors import ReleaseError

LOG = """Traceback (most recent call last):
  File "fw_serve", in pow
NameError: name 'hex' isn't defined
"""


def test_explain(tmp_path):
    path = tmp_path / "x.names.json"
    path.write_text(json.dumps({"pow": "_serve", "hex": "target"}))
    done = CliRunner().invoke(app, ["explain", str(path)], input=LOG)
    assert done.output == LOG.replace("pow", "_serve").replace("hex", "target")


@pytest.mark.parametrize("text", [None, "{", "[1]"])
def test_no_table(tmp_path, text):
    path = tmp_path / "x.names.json"
    if text is not None:
        path.write_text(text)
    done = CliRunner().invoke(app, ["explain", str(path)], input=LOG)
    assert isinstance(done.exception, ReleaseError)
    assert "twig image build" in str(done.exception)
