"""Runs on the twin's VM: suite_runner.py FOLDER MODULE... calls the test_* functions of modules in a folder.

Prints a line each, `PASS module.name` or `FAIL module.name: text`; tracebacks go to standard error.
"""

import gc
import sys


def main(folder, names):
    """Run the modules; the last line is DONE."""
    sys.path.insert(0, folder)
    for name in names:
        for test, call in load(name):
            report(name + "." + test, call)
    print("DONE")


def load(name):
    """A list of (name, function) of a module's tests; a module that cannot be imported is one failed test."""
    try:
        module = __import__(name)
    except Exception as error:
        fail(name, error)
        return []
    return [(each, getattr(module, each)) for each in sorted(dir(module)) if each.startswith("test_")]


def report(name, call):
    """Run one test and print how it went."""
    gc.collect()
    try:
        call()
    except Exception as error:
        fail(name, error)
    else:
        print("PASS " + name)


def fail(name, error):
    """Print a failure in one line."""
    sys.print_exception(error, sys.stderr)
    text = str(error).replace("\n", " ")
    print(f"FAIL {name}: {type(error).__name__} {text}")


def check_asserts():
    """Without asserts every test would pass."""
    try:
        assert not sys.argv
    except AssertionError:
        return
    raise RuntimeError("asserts are off")


check_asserts()
main(sys.argv[1], sys.argv[2:])
