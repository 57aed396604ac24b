"""Values of constant expressions: what the image build may write in place of a name."""

import ast
import operator
from collections.abc import Callable
from typing import TypeGuard

Value = int | str | bytes

# Longer texts are cheaper as one object than as a copy in each module.
LONGEST = 32
# No constant of a chip has more bits; keeps `1 << 10**9` from eating the builder's memory.
MOST_BITS = 256

BINARY: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
    ast.BitXor: operator.xor,
}
UNARY: dict[type[ast.unaryop], Callable[[int], int]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Invert: operator.invert,
}


def fold(node: ast.expr, look_up: Callable[[ast.expr], Value | None]) -> Value | None:
    """The value of an expression of integers and short texts, or None when it is no constant.

    `look_up` gives the value of a name or attribute that is a constant."""
    if isinstance(node, ast.Constant):
        return node.value if is_short(node.value) else None
    if isinstance(node, ast.Name | ast.Attribute):
        return look_up(node)
    if isinstance(node, ast.UnaryOp) and type(node.op) in UNARY:
        value = fold(node.operand, look_up)
        return UNARY[type(node.op)](value) if isinstance(value, int) else None
    if isinstance(node, ast.BinOp):
        return _binary(node, fold(node.left, look_up), fold(node.right, look_up))
    return None


def is_short(value: object) -> TypeGuard[Value]:
    """Whether a literal is one that is inlined: an int or bool, or a str or bytes of at most LONGEST."""
    return isinstance(value, int) or (isinstance(value, str | bytes) and len(value) <= LONGEST)


def _binary(node: ast.BinOp, left: Value | None, right: Value | None) -> Value | None:
    if isinstance(left, int) and isinstance(right, int):
        return _numbers(type(node.op), left, right)
    if isinstance(left, str | bytes) and isinstance(right, int) and isinstance(node.op, ast.Mult):
        return left * right if len(left) * right <= LONGEST else None
    if isinstance(left, str) and isinstance(right, str) and isinstance(node.op, ast.Add):
        return left + right if is_short(left + right) else None
    if isinstance(left, bytes) and isinstance(right, bytes) and isinstance(node.op, ast.Add):
        return left + right if is_short(left + right) else None
    return None


def _numbers(kind: type[ast.operator], left: int, right: int) -> int | None:
    if kind not in BINARY or (kind is ast.LShift and not 0 <= right <= MOST_BITS):
        return None
    try:
        value = BINARY[kind](left, right)
    except (ZeroDivisionError, ValueError):
        return None
    return value if value.bit_length() <= MOST_BITS else None
