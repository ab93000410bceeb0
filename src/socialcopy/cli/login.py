"""Links that let one browser into Prefect's UI, once, without its password being seen anywhere.

A link ends in `#<code>`, which browsers send to nobody. The page behind it trades the code, which
then is used up, for the password, and keeps that where Prefect's UI looks for it. The code lies in
a file of the data folder: who can write there may log in, and nobody else can.
"""

from __future__ import annotations

import hmac
import secrets
from pathlib import Path

from socialcopy import local_files
from socialcopy.settings import DataSettings

# Of chance, and fewer than its letters: what is shorter, as in an emptied file, is no code.
CODE_BYTES = 24

# Where the server answers these links; no path of Prefect's begins so.
PATH = "/socialcopy-login"


def new_link(data: DataSettings, prefect_url: str) -> str:
    """Make a link that works once; the one before it stops working."""
    code = secrets.token_urlsafe(CODE_BYTES)
    local_files.write(_file(data), code.encode())
    return f"{prefect_url}{PATH}#{code}"


def redeem(data: DataSettings, code: str) -> bool:
    """Tell whether this is the code of the last link, and use it up: it opens once."""
    path = _file(data)
    try:
        kept = path.read_bytes()
        if len(kept) < CODE_BYTES or not hmac.compare_digest(kept, code.encode()):
            return False
        path.unlink()
    except OSError:  # nobody asked for a link, another request was faster, or it is no file
        return False
    return True


def _file(data: DataSettings) -> Path:
    return data.data_dir / "prefect" / "login-code"
