from __future__ import annotations

import subprocess
from pathlib import Path

from socialcopy.cli import part

PART = """
import gc, sys
was_enabled = gc.isenabled()
def main():
    print(was_enabled, gc.isenabled(), sys.argv)
"""


def test_a_part_looks_for_garbage_once_it_is_imported_and_not_before(tmp_path: Path):
    (tmp_path / "a_part.py").write_text(PART)

    argv = part.command("a_part", "5")
    done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, check=True)

    assert done.stdout == "False True ['a_part', '5']\n"
