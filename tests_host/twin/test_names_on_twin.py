"""The names that the image build takes for free are free: the twin has them in its ROM."""

import subprocess

from twig.release import names

SCRIPT = """
import micropython, sys
def count():
    micropython.qstr_info()
    return 0
count()
with open(sys.argv[1]) as file:
    for line in file:
        hasattr(sys, line.strip())
count()
hasattr(sys, "no_name_of_a_chip")
count()
"""


def test_no_name_costs_heap(twin_runtime, tmp_path):
    script, table = tmp_path / "script.py", tmp_path / "names.txt"
    script.write_text(SCRIPT)
    table.write_text("\n".join(sorted(names.ROM)))
    command = twin_runtime.script(script, 64 * 1024, str(table))
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    before, after, one_more = [
        int(line.split("n_qstr=")[1].split(",")[0]) for line in done.stdout.splitlines()
    ]
    assert after == before
    assert one_more == before + 1
    assert len(names.ROM) > 700
