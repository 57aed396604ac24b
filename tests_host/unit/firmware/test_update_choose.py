"""Which slot the next start mounts."""

import os
from pathlib import Path

import pytest

from firmware.update import choose


@pytest.mark.parametrize(("active", "chosen"), [("a", "b"), ("b", "a")])
def test_the_other_one_by_one_rename(monkeypatch, active, chosen):
    renamed = []
    real = os.rename

    def rename(old, new):
        renamed.append((old, new, Path(old).read_bytes()))
        real(old, new)

    monkeypatch.setattr(os, "rename", rename)
    Path("slot").write_bytes(active.encode())
    assert choose.choose(active) == chosen
    assert renamed == [("slot.new", "slot", chosen.encode())]
    assert Path("slot").read_bytes() == chosen.encode()
    assert os.listdir() == ["slot"]
