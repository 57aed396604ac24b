"""Bundling and flattening: the same program in fewer modules."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from twig.release.bundle import bundle, closure
from twig.release.errors import ReleaseError, SourceError
from twig.release.flatten import flat_names, flatten
from twig.release.modules import shorten
from twig.release.names import rename
from twig.release.sources import Source, parse
from twig.release.unused import drop_unused

PROGRAM = {
    "firmware.modes.run": """
        from firmware import lazy
        from firmware.drivers.relay import Relay
        def main():
            relay = Relay(3)
            print("run", relay.value(), lazy.call("firmware.storage.config", "load"))
            from firmware.modes import serve
            serve.main(relay)
        """,
    "firmware.lazy": """
        import sys
        def call(name, function, *arguments):
            return getattr(_load(name), function)(*arguments)
        def _load(name):
            __import__(name)
            return sys.modules[name]
        """,
    "firmware.drivers.relay": """
        LEVELS = {3: "three"}
        class Relay:
            kind = "switch"
            def __init__(self, pin):
                self.pin = pin
            def value(self):
                return [LEVELS[pin] for pin in (self.pin,)]
        """,
    "firmware.modes.serve": """
        from firmware import lazy
        from firmware.links import values
        from firmware.links.values import report as tell
        count = 0
        def main(relay):
            global count
            count += 1
            report = values.report(relay)
            print("serve", report, tell(relay), count, lazy.call("firmware.links.rare", "obey", relay))
        """,
    "firmware.links.values": """
        from firmware.protocol.errors import Bad
        def report(io):
            return "report %s %s" % (io.kind, check(io))
        def unused(io):
            return used_by_unused(io)
        def used_by_unused(io):
            return io
        def check(io):
            try:
                raise Bad("no")
            except Bad as error:
                return str(error)
        """,
    "firmware.protocol.errors": """
        class Bad(Exception):
            pass
        """,
    "firmware.links.rare": """
        import json
        from firmware.links.values import report
        from firmware.protocol import codec
        from firmware.protocol.errors import Bad
        def obey(io):
            from firmware.storage import config
            check = codec.check(io, lambda report: report + 1)
            return json.dumps([report(io), check, config.load(), issubclass(Bad, Exception)])
        """,
    "firmware.protocol.codec": """
        def check(io, more):
            return more(check_all(io))
        def check_all(report):
            return 41
        """,
    "firmware.storage.config": """
        def load():
            return "settings"
        """,
}
START = "import sys\n__import__({0!r})\nsys.modules[{0!r}].main()\n"


def sources(folder: Path, program: dict[str, str]) -> dict[str, Source]:
    found = {}
    for name, text in program.items():
        path = folder.joinpath(*name.split(".")).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = text.strip("\n").splitlines()
        path.write_text("\n".join(line[8:] for line in lines) + "\n")
        found[name] = parse(name, path)
    return found


def write(folder: Path, modules: list[Source]) -> None:
    for source in modules:
        path = folder.joinpath(*source.name.split(".")).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(ast.unparse(source.tree))


def printed(folder: Path, root: str) -> str:
    # Without site-packages, where this project's own `firmware` may be installed.
    command = [sys.executable, "-S", "-c", START.format(root)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=20, check=True).stdout


def test_a_bundled_program_does_the_same(tmp_path: Path) -> None:
    found = sources(tmp_path / "plain", PROGRAM)
    bundles = bundle(found)
    write(tmp_path / "bundled", list(bundles.values()))
    expected = printed(tmp_path / "plain", "firmware.modes.run")
    assert "report switch no" in expected
    assert printed(tmp_path / "bundled", "firmware.modes.run") == expected


def test_a_flat_program_does_the_same(tmp_path: Path) -> None:
    bundles = bundle(sources(tmp_path / "plain", PROGRAM))
    modules = list(bundles.values())
    flatten(bundles, modules)
    write(tmp_path / "flat", modules)
    assert printed(tmp_path / "flat", "fw_run") == printed(tmp_path / "plain", "firmware.modes.run")
    assert all("." not in source.name for source in modules)


def test_a_renamed_program_does_the_same(tmp_path: Path) -> None:
    bundles = bundle(sources(tmp_path / "plain", PROGRAM))
    inside = list(bundles.values())
    flatten(bundles, inside)
    enter = Source("record", tmp_path, ast.parse("__import__('run')"))
    table = shorten(inside, [enter], rename(inside, []))
    write(tmp_path / "short", inside)
    assert printed(tmp_path / "short", "run") == printed(tmp_path / "plain", "firmware.modes.run")
    assert set(table.modules.values()) == {"fw_run", "fw_serve", "fw_rare", "fw_config"}
    assert table.own


def test_what_is_loaded_together_is_one_module(tmp_path: Path) -> None:
    bundles = bundle(sources(tmp_path, PROGRAM))
    assert set(bundles) == {
        *("firmware.modes.run", "firmware.modes.serve"),
        *("firmware.links.rare", "firmware.storage.config"),
    }


def test_an_exception_is_one_class_in_all_bundles(tmp_path: Path) -> None:
    bundles = bundle(sources(tmp_path, PROGRAM))
    holders = [name for name, each in bundles.items() if "class Bad" in ast.unparse(each.tree)]
    assert holders == ["firmware.modes.serve"]


MODES = {
    "firmware.modes.run": """
        from firmware import lazy
        def main():
            print(lazy.call("firmware.modes.loop", "name"))
            print(lazy.call("firmware.modes.serve", "main"), lazy.call("firmware.modes.setup", "main"))
        """,
    "firmware.lazy": PROGRAM["firmware.lazy"],
    "firmware.modes.loop": """
        def name():
            return "loop"
        """,
    "firmware.modes.serve": """
        from firmware import lazy
        from firmware.network import wait
        from firmware.links import backoff
        def main():
            return "serve", wait.now(), backoff.longer(), lazy.call("firmware.network.wifi", "join")
        """,
    "firmware.modes.setup": """
        from firmware import lazy
        from firmware.network import wait
        from firmware.portal import http
        def main():
            joined = lazy.call("firmware.network.wifi", "join")
            return "setup", wait.now(), joined, lazy.call("firmware.portal.save", "save"), http.status()
        """,
    "firmware.network.wait": """
        def now():
            return "now"
        """,
    "firmware.network.wifi": """
        from firmware.links import backoff
        from firmware.network import wait
        def join():
            return "join", backoff.longer(), wait.now()
        """,
    "firmware.links.backoff": """
        def longer():
            return "longer"
        """,
    "firmware.portal.http": """
        def status():
            return 200
        """,
    "firmware.portal.save": """
        from firmware.portal import http
        def save():
            return http.status()
        """,
}


def test_modes_share_only_what_is_resident(tmp_path: Path) -> None:
    bundles = bundle(sources(tmp_path / "plain", MODES))
    texts = {name: ast.unparse(each.tree) for name, each in bundles.items()}
    assert [name for name, text in texts.items() if "def now" in text] == ["firmware.modes.loop"]
    holders = {name for name, text in texts.items() if "def longer" in text}
    assert holders == {"firmware.modes.serve", "firmware.network.wifi"}  # wifi runs where serve is not loaded
    assert [name for name, text in texts.items() if "def status" in text] == ["firmware.modes.setup"]
    assert "firmware.modes.serve" not in texts["firmware.network.wifi"]
    write(tmp_path / "bundled", list(bundles.values()))
    expected = printed(tmp_path / "plain", "firmware.modes.run")
    assert "200" in expected
    assert printed(tmp_path / "bundled", "firmware.modes.run") == expected


def test_statements_stand_behind_what_they_need(tmp_path: Path) -> None:
    order = closure("firmware.modes.serve", sources(tmp_path, PROGRAM))
    assert order.index("firmware.protocol.errors") < order.index("firmware.links.values")
    assert order[-1] == "firmware.modes.serve"


def test_a_name_of_two_modules_is_two_names(tmp_path: Path) -> None:
    program = {
        "firmware.a": "        from firmware import b\n        x = 1\n        def main():\n"
        "            print(x, b.x, b.get(5))",
        "firmware.b": "        x = 2\n        def get(x):\n            return x + len(str(x))",
    }
    found = sources(tmp_path / "plain", program)
    write(tmp_path / "bundled", list(bundle(found, ["firmware.a"]).values()))
    assert printed(tmp_path / "bundled", "firmware.a") == "1 2 6\n"


def test_a_module_used_as_a_value_is_named(tmp_path: Path) -> None:
    program = {
        "firmware.a": "        from firmware import b\n        def main():\n            return b",
        "firmware.b": "        x = 2",
    }
    with pytest.raises(SourceError, match=r"firmware\.b is used as a value"):
        bundle(sources(tmp_path, program), ["firmware.a"])


def test_two_modules_of_one_last_name_are_refused() -> None:
    with pytest.raises(ReleaseError, match=r"firmware\.b\.x and firmware\.a\.x have the same last name"):
        flat_names(["firmware.a.x", "firmware.b.x"])


def test_texts_that_begin_a_dotted_name_become_flat(tmp_path: Path) -> None:
    lines = ('x = "firmware.modes." + "run"', 'y = "firmware"', 'z = "no.firmware."')
    found = sources(tmp_path, {"firmware.a": "\n".join("        " + line for line in lines)})
    flatten(found, list(found.values()))
    assert ast.unparse(found["firmware.a"].tree) == "x = 'fw_' + 'run'\ny = 'firmware'\nz = 'no.firmware.'"


def test_what_nobody_names_is_left_out(tmp_path: Path) -> None:
    bundles = bundle(sources(tmp_path / "plain", PROGRAM))
    (tmp_path / "main.py").write_text("from firmware.modes import run\nrun.main()\n")
    drop_unused(bundles, [parse("main", tmp_path / "main.py")])
    write(tmp_path / "small", list(bundles.values()))
    rare = ast.unparse(bundles["firmware.links.rare"].tree)
    assert "def check_all" in rare  # named by what is needed
    serve = ast.unparse(bundles["firmware.modes.serve"].tree)
    assert "unused" not in serve
    assert printed(tmp_path / "small", "firmware.modes.run") == printed(
        tmp_path / "plain", "firmware.modes.run"
    )
