"""The constants pass: what is written in place of names, what goes, what is refused."""

import pytest

from twig.release import sources
from twig.release.errors import ReleaseError, SourceError


def test_inlines_within_a_module(prepare):
    found = prepare(a="LIMIT = 5\n\ndef f():\n    return LIMIT\n")
    assert found["a"] == "def f():\n    return 5"


def test_inlines_across_modules_and_drops_the_empty_one(prepare):
    found = prepare(b="A = 1\nB = b'x'\n", a="from firmware.b import A, B\nprint(A, B)\n")
    assert found == {"a": "print(1, b'x')"}


def test_constant_expressions(prepare):
    text = "KIB = 1024\nBIG = 4 * KIB\nMASK = ~(BIG - 1) & 0xFFFF\nNEW = b'\\xfe' + b'\\xff' * 3\n"
    text += "print(BIG, MASK, NEW)\n"
    assert prepare(a=text)["a"] == "print(4096, 61440, b'\\xfe\\xff\\xff\\xff')"


def test_constants_of_constants_of_other_modules(prepare):
    found = prepare(
        c="A = 2\n", b="from firmware.c import A\nB = A << 3\n", a="from firmware.b import B\nx = -B\n"
    )
    assert found == {"a": "x = -16"}


def test_attribute_of_a_module(prepare):
    text = "from firmware.p import b\nimport firmware.p.b as c\nimport firmware.p.b\n"
    text += "x = b.A, c.A, firmware.p.b.A\n"
    assert prepare(p__b="A = 1\n", a=text) == {"a": "x = (1, 1, 1)"}


def test_import_inside_a_function(prepare):
    found = prepare(
        b="A = 1\n",
        a="def f():\n    from firmware.b import A\n    return A\n\ndef g():\n    import firmware.b\n",
    )
    assert found["a"] == "def f():\n    return 1\n\ndef g():\n    import firmware.b"
    assert found["b"] == ""  # still imported, therefore still there


def test_relative_and_renamed_imports(prepare):
    found = prepare(p__b="A = 1\n", p__a="from .b import A as ONE\nfrom . import b\nx = ONE + b.A\n")
    assert found == {"p.a": "x = 1 + 1"}


def test_the_boards_module(prepare):
    found = prepare(a="from firmware.board import this\npin = this.RELAY_PIN\n", board__s31="MODEL = 's31'\n")
    assert found == {"a": "pin = 12"}


def test_a_module_passed_around_keeps_its_constants(prepare):
    found = prepare(
        a="from firmware.board import this\nf(this)\n", b="def f(board):\n    return board.RELAY_PIN\n"
    )
    assert found["board.this"] == "RELAY_PIN = 12"
    assert found["a"] == "from firmware.board import this\nf(this)"


def test_getattr_keeps_a_constant(prepare):
    assert prepare(a="A = 1\nB = 2\nx = getattr(object, 'A')\n")["a"] == "A = 1\nx = getattr(object, 'A')"


@pytest.mark.parametrize("value", ["1.5", "'x' * 33", "[1]", "None", "1 // 0", "1 << 1000", "f()", "2 ** 3"])
def test_other_values_stay(prepare, value):
    text = f"A = {value}\nprint(A)"
    assert prepare(a=text)["a"] == text


def test_f_strings(prepare):
    text = "A = 1\nB = 'b'\nC = b'c'\nx = f'{A}{B}{A:02}{y}'\n"
    assert prepare(a=text)["a"] == "x = f'1b{1:02}{y}'"


def test_shadowed_module_is_left_alone(prepare):
    text = "from firmware import b\n\ndef f(b):\n    return b.A"
    assert prepare(b="A = 1\n", a=text) == {"a": text, "b": "A = 1"}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("A = 1\nA = 2\n", 1),
        ("A = 1\ndef f():\n    global A\n    A = 2\n", 1),
        ("A = 1\ndef f(A):\n    return A\n", 1),
        ("A = 1\nclass C:\n    A = 2\n", 1),
        ("try:\n    A = 2\nexcept OSError:\n    pass\nA = 1\n", 5),
    ],
)
def test_bound_twice(prepare, text, line):
    with pytest.raises(SourceError, match=rf"a\.py:{line}: A is bound twice \(also at line \d\)"):
        prepare(a=text)


def test_imported_constant_bound_again(prepare):
    with pytest.raises(SourceError, match=r"a\.py:2: A is an imported constant"):
        prepare(b="A = 1\n", a="from firmware.b import A\nfor A in range(3):\n    print(A)\n")
    with pytest.raises(SourceError, match=r"a\.py:2: A is an imported constant"):
        prepare(b="A = 1\n", c="A = 2\n", a="from firmware.b import A\nfrom firmware.c import A\nprint(A)\n")


def test_imported_and_defined(prepare):
    with pytest.raises(SourceError, match=r"a\.py:2: A is bound twice \(it is imported\)"):
        prepare(b="A = 1\n", a="from firmware.b import A\nA = 2\n")


def test_change_from_outside(prepare):
    with pytest.raises(SourceError, match=r"a\.py:2: A is a constant of another module"):
        prepare(b="A = 1\n", a="from firmware import b\nb.A = 2\n")


def test_defined_by_itself(prepare):
    with pytest.raises(SourceError, match=r"a\.py:1: A is defined by itself"):
        prepare(a="A = B + 1\nB = A + 1\nprint(A)\n")


def test_star_import(prepare):
    with pytest.raises(SourceError, match=r"a\.py:1: import the names that are needed"):
        prepare(a="from firmware.b import *\n", b="A = 1\n")


def test_syntax_error(prepare):
    with pytest.raises(SourceError, match=r"a\.py:2: "):
        prepare(a="x = 1\nif:\n")


def test_unknown_board(write):
    with pytest.raises(ReleaseError, match=r"no board 'x'; firmware/board/ has: s26"):
        sources.firmware("x", write())


def test_what_is_left_out(prepare):
    files = {
        "protocol/messages": "x = 1\n",
        "n/wait_cpython": "x = 1\n",
        "p/__init__": "'doc'\n",
        "q/__init__": "y = 1\n",
    }
    assert prepare(**files) == {"q": "y = 1"}
