"""Global names of adversarial sources: exactly they are rewritten, and the program says the same."""

import ast
import builtins
import io
from contextlib import redirect_stdout

import pytest

from twig.release.scopes import GlobalNames

CASES = {
    "keyword default": "limit = 3\ndef f(*, a=limit, limit=4):\n    return a, limit\nprint(f())",
    "default and parameter": "x = 1\ndef f(x=x):\n    return x\nprint(f(), f(2))",
    "comprehension over its own name": "x = [1, 2]\nprint([x for x in x], {x: x for x in x}, x)",
    "second generator": "x, y = [1], [2]\nprint([(x, y) for x in x for y in [x, 9]], x, y)",
    "condition": "x, top = [1, 5], 3\nprint([x for x in x if x < top], x)",
    "handler": "error = None\ntry:\n    raise OSError(5)\nexcept OSError as error:\n    print(error.errno)",
    "handler of a function": "e = 1\ndef f():\n    try:\n        int('x')\n    except ValueError as e:\n"
    "        return str(e)\nprint(f(), e)",
    "global inside a function": "n = 0\ndef f():\n    global n\n    n += 1\nf()\nprint(n)",
    "inner global, outer local": "n = 0\ndef f(n):\n    def g():\n        global n\n        n = 7\n    g()\n"
    "    return n\nprint(f(3), n)",
    "nonlocal": "n = 0\ndef f():\n    n = 1\n    def g():\n        nonlocal n\n        n += 1\n"
    "        return n\n    return g()\nprint(f(), n)",
    "closure over a loop": "i = 9\ndef f():\n    return [g() for g in [lambda i=i: i for i in range(3)]]\n"
    "print(f(), i)",
    "class attribute and global": "kind = 'g'\nclass A:\n    kind = 'c'\n"
    "    def f(self):\n        return kind, self.kind\n"
    "print(A().f())",
    "method of a global's name": "def f():\n    return 1\nclass A:\n    def f(self):\n"
    "        return f() + 1\n"
    "print(A().f())",
    "nested function of a global's name": "def g():\n    return 1\ndef f():\n    def g():\n        return 2\n"
    "    return g()\nprint(f(), g())",
    "lambda": "x = 1\nprint((lambda y: x + y)(2), (lambda x: x)(5))",
    "loop, with and delete": "for k in (1, 2):\n    pass\nwith open('/dev/null') as h:\n    pass\n"
    "print(k, h.closed)\ndel k",
    "decorator": "def twice(f):\n    return lambda: f() * 2\n@twice\ndef f():\n    return 4\nprint(f())",
    "base class": "class A:\n    v = 1\nclass B(A):\n    pass\nprint(B.v)",
    "star": "a, *b = 1, 2, 3\ndef f(*b, **a):\n    return b, a\nprint(a, b, f(1, k=2))",
    "import in a function": "def f():\n    import math\n    return math.floor(2.5)\nmath = 5\n"
    "print(f(), math)",
}


def says(tree: ast.Module) -> str:
    out = io.StringIO()
    with redirect_stdout(out):
        exec(compile(tree, "case", "exec"), {})  # noqa: S102
    return out.getvalue()


@pytest.mark.parametrize("name", CASES)
def test_the_program_says_the_same(name: str) -> None:
    before = says(ast.parse(CASES[name]))

    def new(name: str) -> str:
        return name if hasattr(builtins, name) else f"new_{name}"

    tree = ast.parse(CASES[name])
    GlobalNames(lambda name: ast.Name(new(name), ast.Load()), new).visit(tree)
    assert "new_" in ast.unparse(tree)
    assert says(ast.fix_missing_locations(tree)) == before
