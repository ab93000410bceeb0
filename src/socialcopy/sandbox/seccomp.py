"""Seccomp: system calls that neither a decoder nor a parser needs are refused.

A list of what is refused, not of what is allowed: ffmpeg's needs change with its version, its
hundred libraries and the C library beneath them, and an allow-list that is wrong breaks videos.
It is the lock behind the others, and the only one against forks, signals and sockets where
namespaces are not to be had. Calls newer than this list are answered as if the kernel were older.
"""

from __future__ import annotations

import ctypes
import errno
import functools
import os
import struct
from collections.abc import Iterator

from socialcopy.sandbox import syscalls

# Answered with "not permitted"; the numbers are those of x86-64 and of 64-bit ARM.
REFUSED: dict[str, tuple[int | None, int | None]] = {
    # other processes
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "process_madvise": (440, 440), "process_mrelease": (448, 448), "kcmp": (312, 272),
    "kill": (62, 129), "tkill": (200, 130), "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240), "pidfd_open": (434, 434), "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424), "setpriority": (141, 140), "ioprio_set": (251, 30),
    "move_pages": (279, 239), "migrate_pages": (256, 238),
    # new processes; clone is looked at more closely below
    "fork": (57, None), "vfork": (58, None),
    # what outlives us or is shared with others
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
    "shmget": (29, 194), "shmat": (30, 196), "shmctl": (31, 195),
    "msgget": (68, 186), "msgsnd": (69, 189), "msgrcv": (70, 188), "msgctl": (71, 187),
    "semget": (64, 190), "semop": (65, 193), "semctl": (66, 191), "semtimedop": (220, 192),
    "mq_open": (240, 180), "mq_unlink": (241, 181), "socketpair": (53, 199),
    # what Landlock does not know of: rights, owners, times and attributes of files
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452),
    "chown": (92, None), "fchown": (93, 55), "lchown": (94, None), "fchownat": (260, 54),
    "utime": (132, None), "utimes": (235, None), "futimesat": (261, None), "utimensat": (280, 88),
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7),
    "removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16),
    "getxattr": (191, 8), "lgetxattr": (192, 9), "fgetxattr": (193, 10),
    "listxattr": (194, 11), "llistxattr": (195, 12), "flistxattr": (196, 13),
    # hearing of what others do in folders that may not be listed
    "inotify_init": (253, None), "inotify_init1": (294, 26), "inotify_add_watch": (254, 27),
    # links, which whoever takes up a result would follow to files of their own; and folders in
    # folders, which nobody could remove
    "symlink": (88, None), "symlinkat": (266, 36), "link": (86, None), "linkat": (265, 37),
    "mkdir": (83, None), "mkdirat": (258, 34),
    # memory outside of the limits
    "memfd_create": (319, 279), "memfd_secret": (447, 447),
    # namespaces and mounts
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
    "unshare": (272, 97), "setns": (308, 268), "open_tree": (428, 428), "move_mount": (429, 429),
    "fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433),
    "mount_setattr": (442, 442), "statmount": (457, 457), "listmount": (458, 458),
    "open_by_handle_at": (304, 265), "name_to_handle_at": (303, 264),
    "mknod": (133, None), "mknodat": (259, 33),
    # the kernel itself
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "fanotify_init": (300, 262), "swapon": (167, 224), "swapoff": (168, 225),
    "quotactl": (179, 60), "quotactl_fd": (443, 443), "acct": (163, 89), "reboot": (169, 142),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "init_module": (175, 105),
    "finit_module": (313, 273), "delete_module": (176, 106), "iopl": (172, None),
    "ioperm": (173, None), "modify_ldt": (154, None), "vhangup": (153, 58), "syslog": (103, 116),
    "settimeofday": (164, 170), "clock_settime": (227, 112), "clock_adjtime": (305, 266),
    "adjtimex": (159, 171), "sethostname": (170, 161), "setdomainname": (171, 162),
    "personality": (135, 92), "lookup_dcookie": (212, 18),
}  # fmt: skip
# Answered as if the kernel did not have them, which programs are prepared for.
ABSENT: dict[str, tuple[int | None, int | None]] = {
    "clone3": (435, 435),  # its flags lie in memory, out of a filter's sight; clone takes over
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
}  # fmt: skip
LOOKED_AT: dict[str, tuple[int, int]] = {
    "clone": (56, 220), "socket": (41, 198), "prctl": (157, 167), "ioctl": (16, 29),
    "tgkill": (234, 131), "prlimit64": (302, 261), "fcntl": (72, 25),
    "sched_setparam": (142, 118), "sched_setscheduler": (144, 119),
    "sched_setaffinity": (203, 122), "sched_setattr": (314, 274),
}  # fmt: skip
# mseal, of Linux 6.10.
NEWEST_KNOWN = 462

# Where a machine's numbers stand in the lists, and what the kernel calls it.
MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
# A second numbering of x86-64, which would let every call pass under another name.
X32_BIT = 0x4000_0000

CLONE_THREAD = 0x10000
AF_INET, SOCK_STREAM, SOCK_KIND = 2, 1, 0xF
# Typing into the terminal of whoever started us.
TIOCSTI, TIOCLINUX = 0x5412, 0x541C
# Having the kernel send another process a signal when something can be read.
FIOSETOWN, SIOCSPGRP = 0x8901, 0x8902
F_SETOWN, F_SETSIG, F_SETOWN_EX = 8, 10, 15

ALLOW, KILL, ERROR = 0x7FFF0000, 0x80000000, 0x00050000
# Where the kernel keeps the call's number, its architecture and its arguments (low halves).
NUMBER, ARCHITECTURE, FIRST, SECOND = 0, 4, 16, 24
LOAD, EQUAL, AT_LEAST, ANY_BIT, AND, RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06

INSTRUCTION_BYTES = 8
Instruction = tuple[int, int, int, int]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


def is_known_here() -> bool:
    """Tell whether the numbers of this machine's calls are known."""
    return syscalls.MACHINE in MACHINES


def restrict(*, may_connect: bool = False) -> None:
    """Refuse those calls in this process from now on; the caller has set no-new-privileges.

    `may_connect` lets IPv4 stream sockets be made, and no others. Raises OSError.
    """
    code = compiled(os.getpid(), may_connect=may_connect)
    program = _Program(len(code) // INSTRUCTION_BYTES, code)
    syscalls.prctl(syscalls.PR_SET_SECCOMP, syscalls.SECCOMP_MODE_FILTER, program)


@functools.cache
def compiled(own: int, *, may_connect: bool) -> bytes:
    """Compile the filter for a process by its id; asking early saves a millisecond later."""
    return b"".join(struct.pack("HBBI", *line) for line in _filter(own, may_connect=may_connect))


def _filter(own: int, *, may_connect: bool) -> Iterator[Instruction]:
    column, architecture = MACHINES[syscalls.MACHINE]
    yield LOAD, 0, 0, ARCHITECTURE
    # A 32-bit call has other numbers for the same names; a process that makes one is killed.
    yield EQUAL, 1, 0, architecture
    yield RETURN, 0, 0, KILL
    yield LOAD, 0, 0, NUMBER
    if column == 0:
        yield from _when(AT_LEAST, X32_BIT, [_refuse(errno.ENOSYS)])
    yield from _when(AT_LEAST, NEWEST_KNOWN + 1, [_refuse(errno.ENOSYS)])
    for calls, answer in ((REFUSED, errno.EPERM), (ABSENT, errno.ENOSYS)):
        for numbers in calls.values():
            if (number := numbers[column]) is not None:
                yield from _when(EQUAL, number, [_refuse(answer)])
    for name, looks in _looks(own, may_connect=may_connect).items():
        yield from _when(EQUAL, LOOKED_AT[name][column], looks)
    yield _allow()


def _looks(own: int, *, may_connect: bool) -> dict[str, list[Instruction]]:
    """Write what is asked of the calls whose arguments matter; each list ends in an answer."""
    connecting: list[Instruction] = [
        (LOAD, 0, 0, FIRST), (EQUAL, 1, 0, AF_INET), _refuse(errno.EACCES),
        (LOAD, 0, 0, SECOND), (AND, 0, 0, SOCK_KIND), (EQUAL, 1, 0, SOCK_STREAM),
        _refuse(errno.EACCES), _allow(),
    ]  # fmt: skip
    own_only: list[Instruction] = [
        (LOAD, 0, 0, FIRST), (EQUAL, 2, 0, own), (EQUAL, 1, 0, 0), _refuse(errno.EPERM), _allow(),
    ]  # fmt: skip
    scheduling = ("sched_setparam", "sched_setscheduler", "sched_setaffinity", "sched_setattr")
    return {
        "clone": [
            (LOAD, 0, 0, FIRST), (ANY_BIT, 1, 0, CLONE_THREAD), _refuse(errno.EPERM), _allow()
        ],
        "socket": connecting if may_connect else [_refuse(errno.EACCES)],
        # The kernel's promise to end us with our parent.
        "prctl": [(LOAD, 0, 0, FIRST), *_unless(syscalls.PR_SET_PDEATHSIG)],
        "ioctl": [(LOAD, 0, 0, SECOND), *_unless(TIOCSTI, TIOCLINUX, FIOSETOWN, SIOCSPGRP)],
        "fcntl": [(LOAD, 0, 0, SECOND), *_unless(F_SETOWN, F_SETSIG, F_SETOWN_EX)],
        "tgkill": [(LOAD, 0, 0, FIRST), (EQUAL, 1, 0, own), _refuse(errno.EPERM), _allow()],
        **dict.fromkeys(("prlimit64", *scheduling), own_only),
    }  # fmt: skip


def _when(test: int, value: int, then: list[Instruction]) -> list[Instruction]:
    return [(test, 0, len(then), value), *then]


def _unless(*values: int) -> list[Instruction]:
    """Refuse these values of what was loaded, allow every other."""
    tests = [line for value in values for line in _when(EQUAL, value, [_refuse(errno.EPERM)])]
    return [*tests, _allow()]


def _refuse(error: int) -> Instruction:
    return RETURN, 0, 0, ERROR | error


def _allow() -> Instruction:
    return RETURN, 0, 0, ALLOW
