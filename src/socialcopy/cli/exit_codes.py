"""What a command's exit code says; `docs/reference.md` has the table."""

from __future__ import annotations

import errno
import os
from enum import IntEnum

from socialcopy.cli.errors import CommandError, WrongValueError
from socialcopy.copywriting.errors import BriefError, CopywritingError
from socialcopy.engine.errors import EngineStartError
from socialcopy.environment import SettingsError
from socialcopy.local_files import FULL, LocalFileError
from socialcopy.local_models.errors import LocalModelError, NoSuchModelError
from socialcopy.media.errors import MediaError, ToolMissingError
from socialcopy.nemovideo.errors import APIConnectionError, NemoVideoError
from socialcopy.pipeline.errors import NothingDeliveredError, OwnOutputError, StageError
from socialcopy.platforms.errors import UnknownAccountError
from socialcopy.policies import PolicyError
from socialcopy.storage.errors import (
    NoSuchJobError,
    ServerStartError,
    StorageError,
    StoreUnfitError,
    StoreUnreachableError,
)
from socialcopy.understanding.errors import UnderstandingError


class ExitCode(IntEnum):
    """How a command ended."""

    DONE = 0
    """Everything that was asked for is done."""
    NO = 1
    """It ran, and the answer is no: a video was not delivered, a check found something."""
    WRONG_VALUE = 2
    """An option, a setting, a brief, a policy or a name can't be; nothing was begun."""
    NOT_READY = 3
    """Something it needs is missing or does not answer: the store, a port, a folder, a tool."""
    BUG = 70
    """A fault of ours; the traceback says where."""
    INTERRUPTED = 130
    """Ctrl-C."""


NOT_READY = (
    APIConnectionError,
    CommandError,
    EngineStartError,
    LocalFileError,
    LocalModelError,
    OSError,
    ServerStartError,
    StoreUnfitError,
    StoreUnreachableError,
    ToolMissingError,
    UnderstandingError,
)
WRONG_VALUE = (
    BriefError,
    NoSuchJobError,
    NoSuchModelError,
    NothingDeliveredError,
    OwnOutputError,
    PolicyError,
    SettingsError,
    UnknownAccountError,
    WrongValueError,
)
# Errors whose message is all a person needs; anything else is a fault of ours.
EXPLAINED = (
    *(CopywritingError, MediaError, NemoVideoError, StageError, StorageError),
    *NOT_READY,
    *WRONG_VALUE,
)

CHECKS = (ExitCode.DONE, ExitCode.NO, ExitCode.WRONG_VALUE, ExitCode.NOT_READY)
# Codes of each command; any may end with BUG, and with INTERRUPTED.
CODES: dict[str, tuple[ExitCode, ...]] = {
    **dict.fromkeys(("account", "caption", "demo", "doctor", "drop", "refine", "verify"), CHECKS),
    **dict.fromkeys(
        ("deploy", "engine", "gc", "model", "open", "policies", "retry", "status", "ui", "up"),
        (ExitCode.DONE, ExitCode.WRONG_VALUE, ExitCode.NOT_READY),
    ),
    "rules": (ExitCode.DONE, ExitCode.NO, ExitCode.WRONG_VALUE),
}


def exit_code(error: Exception) -> ExitCode:
    """Give the exit code of an error that is explained."""
    if isinstance(error, WRONG_VALUE):
        return ExitCode.WRONG_VALUE
    return ExitCode.NOT_READY if isinstance(error, NOT_READY) else ExitCode.NO


def sentence(error: Exception) -> str:
    """Say what an error means to a person."""
    if isinstance(error, OSError) and not isinstance(error, WRONG_VALUE):
        return _about_the_system(error)
    return str(error)


ADVICE = {
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), "choose a place you may write to"),
    **dict.fromkeys(FULL, "make room, or choose another disk (--out, SOCIALCOPY_DATA_DIR, TMPDIR)"),
    errno.ENAMETOOLONG: "give it a shorter name",
    errno.EADDRINUSE: "choose another port",
    errno.ENOENT: "it may have been moved meanwhile",
}


def _about_the_system(error: OSError) -> str:
    """Explain a refusal of the operating system: about what, why, and what to do."""
    about = f"{error.filename}: " if error.filename else ""
    why = error.strerror or str(error)
    advice = ADVICE.get(error.errno or 0, "")
    return f"{about}{why[:1].lower()}{why[1:]}{f'; {advice}' if advice else ''}"


def discard_output() -> None:
    """Send what is still to be written to a closed pipe nowhere, so that nothing complains."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
