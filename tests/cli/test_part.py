from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from socialcopy.cli import part

PART = """
import gc, sys
was_enabled = gc.isenabled()
def main():
    print(was_enabled, gc.isenabled(), sys.argv)
"""


def test_a_part_looks_for_garbage_once_it_is_imported_and_not_before(tmp_path: Path):
    (tmp_path / "a_part.py").write_text(PART)

    argv = part.command("a_part:main", "5")
    done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, check=True)

    assert done.stdout == "False True ['a_part:main', '5']\n"


STARTER = """
import os, signal, sys, threading
from pathlib import Path
from socialcopy.child_processes import Child
from socialcopy.cli import part

def main():
    listed = Path("/proc/self/cmdline").read_text().strip("\\0").replace("\\0", " ")
    threads = len(os.listdir("/proc/self/task"))
    import numpy
    numpy.ones((600, 600)) @ numpy.ones((600, 600))
    opened = {int(n) for n in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{n}")}
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    print(listed, threads, os.getsid(0) == os.getpid(), sorted(opened), list(mask), os.getcwd(),
          os.environ["TOLD"], Path(__file__).stem in os.environ.get("FORKED", ""))
    sys.exit(7)

if __name__ == "__main__":
    part.load("numpy", "cv2", "a_starter")
    os.environ["FORKED"] = "a_starter"
    inherited = os.open(os.devnull, os.O_RDONLY)
    for _ in range(2):
        child = Child("part", part.command("a_starter:main", "5"), env={"TOLD": "so"},
                      log=Path("log"), cwd=Path(sys.argv[1]),
                      forked=part.forked("a_starter:main", "5"))
        while child.exit_code is None: pass
        print(type(child._process).__name__, child.exit_code, child.last_lines())
        threading.Thread(target=threading.Event().wait, daemon=True).start()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is forked")
def test_a_part_is_a_fork_with_one_thread_and_nothing_of_ours_and_beside_threads_a_program(
    tmp_path: Path,
):
    (tmp_path / "a_starter.py").write_text(STARTER)

    argv = [sys.executable, "a_starter.py", str(tmp_path)]
    done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, check=False)
    fork, program = done.stdout.splitlines()

    rest = f"True [0, 1, 2] [] {tmp_path} so True"
    assert fork == f"_Fork 7 a_starter:main 5 1 {rest}", done.stderr
    assert program.startswith("Popen 7 ")
    assert program.endswith(f"socialcopy.cli.part a_starter:main 5 1 {rest}")
