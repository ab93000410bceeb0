"""Namespaces: a process sees a file tree of its own, no network and no other process."""

from __future__ import annotations

import fcntl
import os
import socket
import struct
from collections.abc import Iterable
from pathlib import Path

from socialcopy.sandbox import syscalls
from socialcopy.sandbox.syscalls import (
    MS_BIND,
    MS_NODEV,
    MS_NOEXEC,
    MS_NOSUID,
    MS_PRIVATE,
    MS_RDONLY,
    MS_REC,
    mount,
)

WITHOUT_USER = (
    syscalls.CLONE_NEWNS | syscalls.CLONE_NEWNET | syscalls.CLONE_NEWIPC | syscalls.CLONE_NEWUTS
)
ALL = syscalls.CLONE_NEWUSER | WITHOUT_USER

NOBODY = 65_534
TEMPORARY = "/tmp"  # noqa: S108  (a folder of its own, in the memory of its own namespace)
TEMPORARY_BYTES = 64_000_000
OLD_ROOT = "old"

SIOCSIFFLAGS, IFF_UP, IFF_RUNNING = 0x8914, 0x1, 0x40


def map_user(user: int, group: int) -> None:
    """Say who we are in a new user namespace: ourselves, or nobody where we are root.

    A program started by anybody but root comes up without the privileges of the namespace.
    """
    for name, outside in (("setgroups", None), ("uid_map", user), ("gid_map", group)):
        # Without setgroups=deny the kernel takes no gid_map from anybody but root
        # (user_namespaces(7)).
        line = "deny" if outside is None else f"{outside or NOBODY} {outside} 1"
        Path(f"/proc/self/{name}").write_text(line)


def private_root(
    folder: str, *, read: Iterable[str], write: Iterable[str], devices: Iterable[str] = ()
) -> None:
    """Move into a folder of an empty file tree that holds these paths and a temporary folder.

    Everything but `write` is read-only; what does not exist is passed over. Raises OSError.
    """
    # Else what is mounted here would appear in the namespace we came from.
    mount("none", "/", flags=MS_REC | MS_PRIVATE)
    mount("tmpfs", TEMPORARY, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=1m,nr_inodes=10k")
    os.chdir(TEMPORARY)
    os.mkdir(OLD_ROOT)
    # Not chroot, which a process with privileges can leave again.
    syscalls.pivot_root(".", OLD_ROOT)
    os.chdir("/")
    os.mkdir(TEMPORARY)
    mount(
        "tmpfs", TEMPORARY, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
        f"mode=0700,size={TEMPORARY_BYTES},nr_inodes=1k",
    )  # fmt: skip
    shown = {
        **dict.fromkeys(devices, MS_NOSUID | MS_NOEXEC),
        **dict.fromkeys(write, MS_NOSUID | MS_NODEV | MS_NOEXEC),
        **dict.fromkeys(read, MS_NOSUID | MS_NODEV | MS_RDONLY),
    }
    for path in sorted(shown):  # a folder before what lies in it
        _show(path, shown[path])
    os.makedirs(folder, exist_ok=True)
    os.chdir(folder)
    syscalls.unmount(f"/{OLD_ROOT}")
    os.rmdir(f"/{OLD_ROOT}")
    # Last, since the places for everything had to be made; not recursive, or `write` would be
    # read-only too.
    syscalls.restrict_mount("/", MS_RDONLY, recursive=False)


def _show(path: str, flags: int) -> None:
    """Make a path of the old tree visible at the same place of the new one."""
    old = f"/{OLD_ROOT}{path}"
    if os.path.islink(old) and not os.path.lexists(path) and path.count("/") == 1:
        os.symlink(os.readlink(old), path)  # such as /lib of a merged /usr
        return
    if not os.path.exists(old):
        return
    if not os.path.lexists(path):
        _make_place(path, is_folder=os.path.isdir(old))
    mount(old, path, flags=MS_BIND | MS_REC)
    syscalls.restrict_mount(path, flags)


def _make_place(path: str, *, is_folder: bool) -> None:
    os.makedirs(path if is_folder else os.path.dirname(path), exist_ok=True)
    if not is_folder:
        os.close(os.open(path, os.O_CREAT | os.O_CLOEXEC, 0o600))


def loopback_listener(port: int) -> socket.socket:
    """Bring up the loopback of a new network namespace, and listen there."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = struct.pack("16sH14s", b"lo", IFF_UP | IFF_RUNNING, b"")
        fcntl.ioctl(control, SIOCSIFFLAGS, request)
    return socket.create_server(("127.0.0.1", port))
