"""What one process may see and take, and giving up everything else.

As many locks as the kernel has, one behind the other: namespaces (other files, processes and
networks are not there), Landlock (files and ports that are not named can't be opened), seccomp
(calls that nobody here needs are refused), and resource limits. A container often has no
namespaces for us and still has the other three; outside of Linux only the last is left.
"""

from __future__ import annotations

import contextlib
import functools
import os
import resource
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

from socialcopy.sandbox import landlock, namespaces, seccomp, syscalls

# Programs, libraries and fonts as they are installed for everybody; no data of anybody.
SYSTEM = (
    *("/usr", "/bin", "/lib", "/lib32", "/lib64", "/sbin", "/nix/store", "/gnu/store", "/snap"),
    *("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/alternatives"),
    *("/etc/fonts", "/etc/localtime", "/var/cache/fontconfig", "/var/lib/snapd"),
    *("/opt/homebrew", "/opt/local", "/home/linuxbrew/.linuxbrew"),
)
DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")
ACCELERATORS = ("/dev/dri", "/dev/kfd", "/sys", "/etc/OpenCL", "/etc/glvnd", "/etc/vulkan")

# What ffmpeg may start: 16 for each input, one and a half per core for each output.
THREADS, THREADS_PER_CORE = 64, 24


@dataclass(frozen=True)
class Confinement:
    """What a process may see and take; 0 means no limit."""

    read: Sequence[str] = ()
    """Files and folders it may read, besides the system's own."""
    write: Sequence[str] = ()
    """Folders it may write in."""
    folder: str = "/"
    """Where it runs."""
    memory_bytes: int = 0
    """Address space."""
    cpu_seconds: int = 0
    file_bytes: int = 0
    """Largest file it may write."""
    open_files: int = 256
    port: int = 0
    """TCP port on the loopback that it may connect to; 0 for no network at all."""
    is_accelerated: bool = False
    """Whether it may open the graphics card."""


@dataclass(frozen=True)
class Locks:
    """Which locks this machine has."""

    namespaces: int = 0
    """The flags of the new namespaces; 0 for none."""
    landlock: int = 0
    """The version of its interface; 0 for none."""
    seccomp: bool = False
    missing: Sequence[str] = field(default_factory=tuple)
    """A sentence for each one that is not to be had."""


def confine(wanted: Confinement, locks: Locks, user: tuple[int, int]) -> None:
    """Give up, for good, all but what is wanted. The process is in its namespaces already.

    `user` are the ids from outside of the user namespace. Raises OSError when a lock that is
    there does not close: then nothing may run.
    """
    read = [*system(), *wanted.read]
    devices = [*DEVICES, *_accelerators(wanted)]
    if locks.namespaces:
        if locks.namespaces & syscalls.CLONE_NEWUSER:
            namespaces.map_user(*user)
        namespaces.private_root(wanted.folder, read=read, write=wanted.write, devices=devices)
    else:
        os.chdir(wanted.folder)
    _limit(wanted, may_count=bool(locks.namespaces & syscalls.CLONE_NEWUSER))
    if sys.platform != "linux":
        return
    # After the mounts, which need capabilities, and before the filter, which refuses these very
    # calls.
    syscalls.drop_capabilities()
    syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1)
    # Set again here: the kernel clears it when credentials change.
    syscalls.prctl(syscalls.PR_SET_PDEATHSIG, signal.SIGKILL)
    if locks.landlock:
        write = [namespaces.TEMPORARY, *wanted.write] if locks.namespaces else wanted.write
        landlock.restrict(read=read, write=write, devices=devices, port=wanted.port)
    if locks.seccomp:
        seccomp.restrict(may_connect=bool(wanted.port))


@functools.cache
def system() -> tuple[str, ...]:
    """Return those of the system's folders that there are."""
    return tuple(path for path in SYSTEM if os.path.exists(path))


def _accelerators(wanted: Confinement) -> list[str]:
    if not wanted.is_accelerated:
        return []
    nvidia = [f"/dev/{name}" for name in os.listdir("/dev") if name.startswith("nvidia")]
    return [*ACCELERATORS, *nvidia]


def _limit(wanted: Confinement, *, may_count: bool) -> None:
    """Set limits that cannot be raised again."""
    limits = {
        resource.RLIMIT_AS: wanted.memory_bytes,
        resource.RLIMIT_CPU: wanted.cpu_seconds,
        resource.RLIMIT_FSIZE: wanted.file_bytes,
        resource.RLIMIT_NOFILE: wanted.open_files,
    }
    if may_count:  # elsewhere it would count all that the user runs
        limits[resource.RLIMIT_NPROC] = THREADS + THREADS_PER_CORE * (os.cpu_count() or 1)
    for kind, amount in limits.items():
        if amount:
            # macOS refuses some of them.
            with contextlib.suppress(*(() if sys.platform == "linux" else (OSError, ValueError))):
                resource.setrlimit(kind, (amount, amount))
    # A core dump would write a stranger's video, and what we hold, to the disk.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
