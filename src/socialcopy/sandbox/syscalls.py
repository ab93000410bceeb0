"""The calls of Linux that Python's standard library does not know, by their numbers.

Only the standard library is used here and in the modules beside: the fork server that confines
decoders starts without site-packages.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
from collections.abc import Mapping

PR_SET_PDEATHSIG = 1
PR_SET_SECCOMP = 22
PR_CAPBSET_DROP = 24
PR_SET_SECUREBITS = 28
PR_SET_NO_NEW_PRIVS = 38
SECCOMP_MODE_FILTER = 2
# Root regains nothing by executing a program, nor by changing its user id; both for good.
SECURE_ALL_LOCKED = 0b101111
# Room for those to come: a kernel has 41 today, and says EINVAL past its last one.
LAST_CAPABILITY = 63

CLONE_NEWNS = 0x00020000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000
SIGCHLD = 17

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
MNT_DETACH = 2

AT_FDCWD = -100
AT_RECURSIVE = 0x8000
CAPABILITY_VERSION_3 = 0x20080522

# From the kernel's `syscall_64.tbl` and `asm-generic/unistd.h`; later calls share one number.
NUMBERS: Mapping[str, Mapping[str, int]] = {
    "x86_64": {"clone": 56, "capset": 126, "pivot_root": 155},
    "aarch64": {"clone": 220, "capset": 91, "pivot_root": 41},
}
LATER_NUMBERS = {
    "mount_setattr": 442,
    "landlock_create_ruleset": 444,
    "landlock_add_rule": 445,
    "landlock_restrict_self": 446,
}

MACHINE = platform.machine() if os.name == "posix" else ""
_libc = ctypes.CDLL(None, use_errno=True)


def number_of(name: str) -> int:
    """Return the number of a system call on this machine. Raises OSError if it is not known."""
    known = NUMBERS.get(MACHINE)
    if known is None:
        raise OSError(f"system calls of {MACHINE} are not known here")
    return {**LATER_NUMBERS, **known}[name]


def call(
    name: str, *arguments: int | bytes | ctypes.Structure | ctypes.Array[ctypes.Structure] | None
) -> int:
    """Make a system call with integers, byte strings and structures. Raises OSError."""
    return _checked(name, _libc.syscall(ctypes.c_long(number_of(name)), *map(_as_c, arguments)))


def prctl(option: int, *arguments: int | ctypes.Structure) -> None:
    """Change something about this process. Raises OSError."""
    # prctl insists that arguments it does not use are zero.
    padded = [*map(_as_c, arguments), *(ctypes.c_ulong(0) for _ in range(4 - len(arguments)))]
    _checked("prctl", _libc.prctl(option, *padded))


def unshare(flags: int) -> None:
    """Move this process into new namespaces; a process namespace is its next child's."""
    _checked("unshare", _libc.unshare(flags))


def clone(flags: int) -> int:
    """Fork into new namespaces, the process one among them; 0 in the child.

    Python is not told, so this is for a process of one thread that executes something else soon.
    """
    return call("clone", flags | SIGCHLD, 0, 0, 0, 0)


def mount(source: str, target: str, kind: str = "", flags: int = 0, data: str = "") -> None:
    """Mount something. Raises OSError."""
    texts = [text.encode() or None for text in (source, target, kind)]
    done = _libc.mount(*texts, ctypes.c_ulong(flags), data.encode() or None)
    _checked(f"mount {target}", done)


def unmount(target: str) -> None:
    """Take a mount away at once. Raises OSError."""
    _checked(f"unmount {target}", _libc.umount2(target.encode(), MNT_DETACH))


class _MountAttributes(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("attr_set", "attr_clr", "propagation", "fd")]


def restrict_mount(target: str, flags: int, *, recursive: bool = True) -> None:
    """Add MS_RDONLY, MS_NOSUID, MS_NODEV or MS_NOEXEC to a mount and those below (Linux 5.12)."""
    size = ctypes.sizeof(_MountAttributes)
    how = AT_RECURSIVE if recursive else 0
    call("mount_setattr", AT_FDCWD, target.encode(), how, _MountAttributes(attr_set=flags), size)


def pivot_root(new: str, old: str) -> None:
    """Make a mount the root of this mount namespace. Raises OSError."""
    call("pivot_root", new.encode(), old.encode())


def drop_capabilities() -> None:
    """Give up every capability for good, where there are any."""
    for capability in range(LAST_CAPABILITY + 1):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError:  # not ours to drop, or past the last one there is
            break
    with contextlib.suppress(OSError):  # without privileges there is nothing to lock
        prctl(PR_SET_SECUREBITS, SECURE_ALL_LOCKED)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    call("capset", bytes(header), bytes(24))


def _as_c(argument: object) -> object:
    if isinstance(argument, int):
        return ctypes.c_ulong(argument & 0xFFFF_FFFF_FFFF_FFFF)
    if isinstance(argument, ctypes.Structure | ctypes.Array):
        return ctypes.byref(argument)
    return argument


def _checked(name: str, returned: int) -> int:
    if returned < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), name)
    return returned
