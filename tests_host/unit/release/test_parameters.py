"""Parameters under names that their module holds anyway: the same results before and after."""

import ast
from pathlib import Path

import pytest

from twig.release.parameters import reuse
from twig.release.sources import Source

HELD = "class Held:\n    def one(self): pass\n    def two(self): pass\n    def three(self): pass\n"
PROGRAMS = [
    "def f(a, b):\n    return a - b\nresult = f(7, 2)",
    "def f(a, *rest, b=2):\n    return a, rest, b\nresult = f(1, 2, 3)",
    "a = 5\ndef f(a=a, b=a):\n    return a + b\nresult = f(1)",
    "def f(a):\n    def g(b):\n        return a + b\n    return g\nresult = f(1)(2)",
    "def f(a):\n    def g(a=a):\n        return a + 1\n    return g() + a\nresult = f(1)",
    "def f(a):\n    def g():\n        nonlocal a\n        a += 1\n    g()\n    return a\nresult = f(1)",
    "def f(a):\n    return [a + b for b in range(a)], (lambda b, c=a: a * b + c)(3)\nresult = f(2)",
    "a = 1\ndef f(b):\n    def g(a):\n        return a\n    return g(b) + a\nresult = f(5)",
    "a = 1\ndef f(b):\n    def g(c):\n        global a\n        a = c\n    g(b)\n    return a\nresult = f(5)",
    "one = 4\ndef f(a, b):\n    two = 3\n    return one + two + a + b\nresult = f(1, 2)",
    "def f(a):\n    try:\n        1 // a\n    except Exception as b:\n        return str(b)\nresult = f(0)",
    "def f(a):\n    import math as a\n    return a.floor(2.5)\nresult = f(0)",
    "def f(a, b):\n    return a, b\nresult = f(b=1, a=2)",
    "def f(host, port):\n    return host, port\nresult = f(**{'port': 1, 'host': 2})",
    "class C:\n    def __init__(self, x):\n        self.x = x\nresult = C(**{'x': 3}).x",
    "def f(x):\n    return x\nresult = [f][0](**{'x': 3})",
    "def f(a):\n    return sorted(locals())\nresult = f(1)",
    "def f(a):\n    class C:\n        a = 3\n    return a, C.a\nresult = f(1)",
    "class C:\n    def __init__(self, x):\n        self.x = x\nclass D(C): pass\nresult = D(**{'x': 3}).x",
    "def f(x):\n    return x\ng = f\nresult = g(**{'x': 3})",
    "def f(x):\n    return x\nresult = f(dict(**{'y': 3}))",
    "result = list(map(lambda a: a + 1, [1, 2]))",
    "def f(one, a):\n    return one, a\nresult = f(1, 2)",
]


def reused(text: str, outside: str = "") -> str:
    source = Source("m", Path("m.py"), ast.parse(HELD + text))
    reuse([source], [Source("o", Path("o.py"), ast.parse(outside))])
    return ast.unparse(source.tree)


def result(text: str) -> object:
    names: dict[str, object] = {}
    exec(text, names)  # noqa: S102
    return names["result"]


@pytest.mark.parametrize("program", PROGRAMS)
def test_same_result(program):
    assert result(reused(program)) == result(HELD + program)


def test_held_names_are_taken():
    assert "def f(Held, f, one):\n    return Held + f" in reused("def f(a, b, c):\n    return a + b\n")


def test_none_that_the_function_spells():
    assert "def f(f):\n    return Held(one, f)" in reused("def f(a):\n    return Held(one, a)\n")


def test_the_names_may_run_out():
    assert "(Held, f, one, three, two, c6)" in reused("def f(c1, c2, c3, c4, c5, c6):\n    pass\n")


def test_keywords_of_other_modules():
    assert "def f(a, Held)" in reused("def f(a, b):\n    pass\n", "from m import f\nf(1, a=2)\n")


def test_dict_does_not_lock():
    assert "def f(Held)" in reused("def f(a):\n    return dict(**a)\n")
