"""What the board decides while an image is built: conditions, and what only other boards need."""

import pytest

BOARD = (
    'MODEL = "s26"\nBUTTON = (0, 0)\nLED = None\nGROUPS = ()\nCHIP = "ESP8266"\n'
    'TITLE = "a text that no device reads"\n'
)
USES = "from firmware.board import this\n"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("if this.BUTTON:\n    a()\nelse:\n    b()", "a()"),
        ("if this.LED:\n    a()\nelse:\n    b()", "b()"),
        ("if this.LED:\n    a()\nelif this.BUTTON:\n    b()\nelse:\n    c()", "b()"),
        ("if not this.LED:\n    a()", "a()"),
        ("if this.LED:\n    a()", ""),
        ("def f():\n    if this.LED:\n        a()", "def f():\n    pass"),
        ("try:\n    a()\nfinally:\n    if this.BUTTON:\n        b()", "try:\n    a()\nfinally:\n    b()"),
        ("a(b if this.BUTTON else c)", "a(b)"),
        ("a(b if this.LED else c)", "a(c)"),
        ("if this.BUTTON and a():\n    b()", "if a():\n    b()"),
        ("if a() and this.LED:\n    b()", ""),
        ("if this.LED or a():\n    b()", "if a():\n    b()"),
        ("if this.BUTTON or a():\n    b()", "b()"),
        ("x = this.BUTTON and a()", "x = a()"),
        ('if this.CHIP == "ESP32":\n    a()\nelse:\n    b()', "b()"),
        ('x = a if this.CHIP == "ESP8266" else b', "x = a"),
        ('if this.CHIP == "ESP32" and a():\n    b()', ""),
        ("if this.CHIP == a():\n    b()", "if 'ESP8266' == a():\n    b()"),
        ('if this.CHIP < "F":\n    b()', "if 'ESP8266' < 'F':\n    b()"),
        ("if this.OTHER:\n    b()", "if this.OTHER:\n    b()"),
    ],
)
def test_conditions(prepare, text, left):
    found = prepare(a=USES + text + "\nlast()", board__s26=BOARD)["a"]
    lines = [line for line in found.splitlines() if line + "\n" != USES]
    assert lines == [*left.splitlines(), "last()"]


def test_other_names_decide_nothing(prepare):
    text = "from firmware.p import this\nif this.LED:\n    a()"
    assert prepare(a=text, p__this="LED = f()\n", board__s26=BOARD)["a"] == text


def test_modules_for_other_boards_go(prepare):
    text = USES + "from firmware import group\nif this.GROUPS:\n    group.join()\nelse:\n    a()\n"
    found = prepare(
        a=text,
        group="from firmware import deep\ndef join():\n    deep.f()\n",
        deep="def f():\n    pass\n",
        board__s26=BOARD,
    )
    assert found == {"a": "a()"}


def test_modules_loaded_by_name_stay(prepare):
    text = USES + "if this.GROUPS:\n    from firmware import group\nload('firmware.group')\n"
    assert "group" in prepare(a=text, group="def f():\n    pass\n", board__s26=BOARD)


def test_what_describes_the_board_goes(prepare):
    found = prepare(a=USES + "print(*this.BUTTON)\n", board__s26=BOARD)
    assert found == {"a": USES + "print(*this.BUTTON)", "board.this": "BUTTON = (0, 0)"}
