"""The package as somebody else installs it: built, and not from this folder."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tests.conftest import ROOT


def install(folder: Path, python: str) -> Path:
    """Install it for an interpreter; returns where its programs are.

    Built anew: uv keeps a wheel as long as pyproject.toml is the same. Copied, since a link may
    lead into a home that others can't read.
    """
    uv = shutil.which("uv") or str(ROOT / ".uv/bin/uv")
    env = {**os.environ, "UV_PROJECT_ENVIRONMENT": str(folder), "UV_COMPILE_BYTECODE": "0"}
    sync = [uv, "sync", "--quiet", "--frozen", "--no-dev", "--no-editable", "--python", python]
    sync += ["--link-mode", "copy", "--reinstall-package", "socialcopy"]
    subprocess.run(sync, cwd=ROOT, env=env, check=True)
    return folder / "bin"
