"""What is no module must be named in pyproject.toml, or an installed hub lacks it."""

import fnmatch
import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_the_wheel_has_every_file_of_the_packages() -> None:
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    patterns = [
        f"{package.replace('.', '/')}/{pattern.replace('**/', '')}"
        for package, patterns in tools["package-data"].items()
        for pattern in patterns
    ]
    command = ["git", "ls-files", "-z", "tools/twig", "firmware"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    files = [name.removeprefix("tools/") for name in listed.stdout.split("\0") if name]
    assert {"twig/web/templates/page.html", "firmware/pages/setup.html"} <= set(files)
    for name in files:
        assert name.endswith((".py", ".pyi")) or any(fnmatch.fnmatch(name, one) for one in patterns), name
