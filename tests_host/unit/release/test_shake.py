"""What is left of asyncio in a slot, by what the slot spells."""

import ast
from pathlib import Path

import pytest

from twig.release.shake import shake
from twig.release.sources import Source

INIT = """
from .core import *
__version__ = (3, 0, 0)
_attrs = {"wait_for": "funcs", "Event": "event"}
def __getattr__(attr):
    return getattr(__import__(_attrs[attr], None, None, True, 1), attr)
"""
CORE = """
import sys, select
try:
    from _asyncio import TaskQueue, Task
except:
    from .task import TaskQueue, Task
_context = {}
class CancelledError(BaseException):
    pass
def sleep_ms(t):
    return ticks(t)
def sleep(t):
    return sleep_ms(t * 1000)
def ticks(t):
    return select.poll(t)
def run(coro):
    global cur_task
    Loop.call_handler(_context)
cur_task = None
_stop_task = None
class Loop:
    _handler = None
    def __init__(self):
        pass
    def stop():
        print(_stop_task)
    def call_handler(context):
        (Loop._handler or Loop.default)(context)
    def default(context):
        sys.print_exception(context)
    def close():
        pass
def get_event_loop():
    return Loop
def new_event_loop():
    global _task_queue
    _task_queue = TaskQueue()
new_event_loop()
"""
EVENT = """
from . import core
class Event:
    def wait(self):
        core.ticks(1)
    def clear(self):
        pass
"""
FUNCS = "from . import core\ndef wait_for(t, sleep=core.sleep):\n    pass\ndef gather():\n    pass\n"


def source(name: str, text: str) -> Source:
    return Source(name, Path(name), ast.parse(text), name == "asyncio")


def shaken(*users: str) -> dict[str, str]:
    texts = {"asyncio": INIT, "asyncio.core": CORE, "asyncio.event": EVENT, "asyncio.funcs": FUNCS}
    parts = [source(name, text) for name, text in texts.items()]
    kept = shake(parts, [source("user", text) for text in users])
    return {each.name: ast.unparse(each.tree) for each in kept}


def defined(text: str) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found.add(node.targets[0].id)
    return found


def test_only_what_the_loop_itself_needs():
    left = shaken("")
    assert left["asyncio"] == "from .core import *"
    assert defined(left["asyncio.core"]) == {"CancelledError", "cur_task", "new_event_loop", "_task_queue"}
    assert "import sys" not in left["asyncio.core"]


def test_what_is_named_and_what_that_needs():
    left = shaken("from asyncio import run, sleep as pause\n")["asyncio.core"]
    assert {"run", "sleep", "sleep_ms", "ticks", "_context"} <= defined(left)
    assert "import sys, select" in left


@pytest.mark.parametrize("text", ["asyncio.sleep(1)", "getattr(asyncio, 'sleep')", "'asyncio.sleep'"])
def test_attributes_and_texts_count(text):
    assert "sleep" in defined(shaken(text)["asyncio.core"])


def test_a_local_name_does_not_count():
    assert "sleep" not in defined(shaken("def f(sleep):\n    return sleep\n")["asyncio.core"])


def test_members_of_a_class_that_nobody_gets():
    left = shaken("from asyncio import run\ndef f(sock):\n    sock.close()\n    sock.stop()\n")[
        "asyncio.core"
    ]
    assert defined(left) >= {"Loop", "_handler", "call_handler", "default", "__init__"}
    assert not defined(left) & {"close", "stop", "_stop_task", "get_event_loop"}


def test_members_of_a_class_that_somebody_gets():
    left = shaken("from asyncio import get_event_loop\nget_event_loop().stop()\n")["asyncio.core"]
    assert defined(left) >= {"Loop", "stop", "_stop_task"}
    assert not defined(left) & {"close", "call_handler"}


def test_parts_and_their_table():
    left = shaken("import asyncio\nasyncio.Event().wait()\n")
    assert set(left) == {"asyncio", "asyncio.core", "asyncio.event"}
    assert "_attrs = {'Event': 'event'}" in left["asyncio"]
    assert defined(left["asyncio.event"]) == {"Event", "wait"}
    assert "ticks" in defined(left["asyncio.core"])


def test_the_fallback_for_a_chip_without_the_c_module():
    assert "except" not in shaken("")["asyncio.core"]
    assert "from _asyncio import TaskQueue" in shaken("")["asyncio.core"]
