"""Landlock: a process gives up, for good, every file and every TCP port but those it names.

Needs no privilege and no namespace, hence holds in containers too. Numbers and structures are
those of the kernel's `include/uapi/linux/landlock.h`.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable

from socialcopy.sandbox import syscalls

VERSION = 1
RULE_PATH_BENEATH, RULE_NET_PORT = 1, 2

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
TRUNCATE, IOCTL_DEV = 1 << 14, 1 << 15
# Rights that a rule on a file, as opposed to a folder, may grant.
FOR_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV
READ = EXECUTE | READ_FILE | READ_DIR
REMOVE_FILE, MAKE_REGULAR = 1 << 5, 1 << 8
# Plain files; no links, pipes, sockets and devices, which whoever takes up a result follows.
WRITE = WRITE_FILE | READ_FILE | READ_DIR | REMOVE_FILE | MAKE_REGULAR | TRUNCATE
CONNECT_TCP = 1 << 1

# Every right about files that each version of the interface knows.
ALL_OF_ABI = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
NET_SINCE, SCOPES_SINCE = 4, 6
# Bind and connect; abstract Unix sockets and signals of others.
ALL_NET, ALL_SCOPES = 0b11, 0b11


class _Ruleset(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("fs", "net", "scoped")]


class _PathBeneath(ctypes.Structure):
    # The kernel's structure is packed: 12 bytes, where ctypes would make 16.
    _pack_ = 1
    _fields_ = [("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32)]


class _NetPort(ctypes.Structure):
    _fields_ = [("allowed", ctypes.c_uint64), ("port", ctypes.c_uint64)]


def abi() -> int:
    """Return the version of the interface this kernel offers; 0 when there is none."""
    try:
        return syscalls.call("landlock_create_ruleset", None, 0, VERSION)
    except OSError:
        return 0


def rights_about_files(version: int) -> int:
    """Return every right about files that a version of the interface can take away."""
    return max((rights for since, rights in ALL_OF_ABI.items() if since <= version), default=0)


def restrict(
    *, read: Iterable[str], write: Iterable[str], devices: Iterable[str] = (), port: int = 0
) -> None:
    """Keep to these paths, and to one TCP port to connect to (0: none).

    Folders stand for all below them; what does not exist is passed over. The caller has set
    no-new-privileges. Raises OSError.
    """
    version = abi()
    rights = rights_about_files(version)
    net = ALL_NET if version >= NET_SINCE else 0
    scoped = ALL_SCOPES if version >= SCOPES_SINCE else 0
    fields = 3 if scoped else 2 if net else 1
    ruleset = syscalls.call("landlock_create_ruleset", _Ruleset(rights, net, scoped), 8 * fields, 0)
    for paths, granted in (
        (read, READ),
        (write, WRITE),
        (devices, READ_FILE | WRITE_FILE | IOCTL_DEV | READ_DIR),
    ):
        for path in paths:
            _allow(ruleset, path, granted & rights)
    if port and net:
        rule = _NetPort(CONNECT_TCP, port)
        syscalls.call("landlock_add_rule", ruleset, RULE_NET_PORT, rule, 0)
    syscalls.call("landlock_restrict_self", ruleset, 0)
    os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        # O_PATH names a file without opening it: no permission to read is needed, no FIFO blocks.
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    is_folder = os.path.isdir(path)
    rule = _PathBeneath(rights if is_folder else rights & FOR_FILES, opened)
    syscalls.call("landlock_add_rule", ruleset, RULE_PATH_BENEATH, rule, 0)
    os.close(opened)
