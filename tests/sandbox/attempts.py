"""What a taken-over decoder would try, as a program in ffmpeg's place: each line is a break-out.

Run with a JSON object of places and names (`Canaries`) as its only argument; prints a JSON object
with what came of each attempt: null for nothing, else what was got. Standard library only.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import glob
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable

C = json.loads(sys.argv[1]) if len(sys.argv) > 1 else {}
libc = ctypes.CDLL(None, use_errno=True)
ARM = os.uname().machine == "aarch64"
ATTEMPTS: dict[str, Callable[[], object]] = {}


def attempt(function: Callable[[], object]) -> Callable[[], object]:
    ATTEMPTS[function.__name__] = function
    return function


def syscall(x86: int, arm: int, *arguments: object) -> int:
    done = libc.syscall(ctypes.c_long(arm if ARM else x86), *arguments)
    if done < 0:
        raise OSError(ctypes.get_errno(), "syscall")
    return done


def read(path: str) -> object:
    with open(path, "rb") as file:
        return file.read(4096) or None


def write(path: str) -> object:
    with open(path, "ab") as file:
        file.write(b"x")
    return path


# --- files -----------------------------------------------------------------------------------


@attempt
def read_a_secret_of_the_home() -> object:
    return read(C["home_secret"])


@attempt
def read_a_secret_of_the_data_folder() -> object:
    return read(C["data_secret"])


@attempt
def read_another_job() -> object:
    return read(C["other_job"])


@attempt
def read_a_neighbour_of_the_input() -> object:
    return read(C["neighbour"])


@attempt
def read_shadow() -> object:
    return read("/etc/shadow")


@attempt
def read_the_names_of_users() -> object:
    return read("/etc/passwd")


@attempt
def read_our_library() -> object:
    return read(C["library"])


@attempt
def list_the_home() -> object:
    return os.listdir(os.path.dirname(C["home_secret"])) or None


@attempt
def list_the_folder_of_the_input() -> object:
    return [name for name in os.listdir(os.path.dirname(C["input"])) if name != "input"] or None


@attempt
def list_the_temporary_folder_of_everybody() -> object:
    return [n for n in os.listdir("/tmp") if n not in C["work"].split("/")] or None


@attempt
def follow_a_link_of_my_own() -> object:
    os.symlink(C["home_secret"], "link")
    return read("link")


@attempt
def link_a_secret_into_my_folder() -> object:
    os.link(C["home_secret"], "hard")
    return read("hard")


@attempt
def leave_a_link_to_a_secret_as_my_result() -> object:
    """Whoever takes up the result would follow it, with rights of their own."""
    os.symlink(C["home_secret"], "thumbnail.jpg")
    return os.readlink("thumbnail.jpg")


@attempt
def leave_a_second_name_of_the_input_as_my_result() -> object:
    os.link(C["input"], "second")
    return True


@attempt
def leave_a_pipe_as_my_result() -> object:
    os.mkfifo("pipe")
    return True


@attempt
def make_a_folder() -> object:
    """Folders in folders, a thousand deep, are removed by nobody."""
    os.mkdir("folder")
    return True


@attempt
def swap_the_input_for_mine() -> object:
    with open("mine", "wb") as file:
        file.write(b"mine")
    return syscall(316, 276, -100, b"mine", -100, C["input"].encode(), 2) + 1


@attempt
def hear_of_new_files_in_the_home() -> object:
    watching = syscall(294, 26, 0)
    folder = os.path.dirname(C["home_secret"]).encode()
    return syscall(254, 27, watching, folder, 0x3FF)


@attempt
def read_an_attribute_of_a_secret() -> object:
    return os.getxattr(C["home_secret"], "user.canary")


@attempt
def climb_out_of_my_folder() -> object:
    return read("/".join([".."] * 20) + C["home_secret"])


@attempt
def go_through_the_root_of_another() -> object:
    return read(f"/proc/{C['victim']}/root{C['home_secret']}")


@attempt
def go_through_an_open_folder() -> object:
    for number in range(3, 256):
        with contextlib.suppress(OSError):
            os.fchdir(number)
            return os.getcwd()
    return None


@attempt
def find_an_open_file() -> object:
    found = []
    for number in range(3, 1024):
        with contextlib.suppress(OSError):
            os.fstat(number)
            found.append(number)
    return found or None


@attempt
def open_by_handle() -> object:
    handle = ctypes.create_string_buffer(b"\x80\0\0\0" + bytes(128))
    mount = ctypes.c_int()
    syscall(303, 264, -100, b"/", handle, ctypes.byref(mount), 0)
    return syscall(304, 265, os.open("/", os.O_RDONLY), handle, os.O_RDONLY)


@attempt
def read_a_disk() -> object:
    for path in [*glob.glob("/dev/[svx]d*"), "/dev/mem", "/dev/kmem", "/dev/nvme0n1"]:
        with contextlib.suppress(OSError):
            return read(path)
    return None


@attempt
def make_a_disk() -> object:
    os.mknod("disk", 0o600 | 0x6000, os.makedev(254, 0))
    return read("disk")


@attempt
def read_the_shared_memory() -> object:
    return read(C["shared_memory"])


@attempt
def read_the_kernel_log() -> object:
    buffer = ctypes.create_string_buffer(100)
    return syscall(103, 116, 3, buffer, 100) or None


# --- environment and memory --------------------------------------------------------------------


@attempt
def read_my_environment() -> object:
    return [n for n, value in os.environ.items() if C["token"] in value] or None


@attempt
def read_the_environment_of_another() -> object:
    return read(f"/proc/{C['victim']}/environ")


@attempt
def read_the_environment_of_my_parent() -> object:
    return read(f"/proc/{os.getppid() or 1}/environ")


@attempt
def read_the_command_lines_of_others() -> object:
    own = str(os.getpid())
    return [p for p in os.listdir("/proc") if p.isdigit() and p not in (own, "1")] or None


@attempt
def find_a_secret_in_my_memory() -> object:
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb") as memory:
        for line in maps:
            if "[heap]" in line:
                begin, end = (int(x, 16) for x in line.split()[0].split("-"))
                memory.seek(begin)
                # Split, so that the program does not find its own argument.
                found = memory.read(end - begin).count(C["token"].encode())
                return found if found > len(sys.argv) + 8 else None
    return None


# --- writing -----------------------------------------------------------------------------------


@attempt
def write_into_the_home() -> object:
    return write(os.path.join(os.path.dirname(C["home_secret"]), "written"))


@attempt
def write_into_the_data_folder() -> object:
    return write(C["data_secret"])


@attempt
def write_into_our_library() -> object:
    return write(C["library"])


@attempt
def write_into_the_system() -> object:
    return write("/usr/written")


@attempt
def write_into_etc() -> object:
    return write("/etc/written")


@attempt
def overwrite_the_input() -> object:
    return write(C["input"])


@attempt
def shorten_the_input() -> object:
    os.truncate(C["input"], 1)
    return True


@attempt
def remove_the_input() -> object:
    os.unlink(C["input"])
    return True


@attempt
def replace_the_input() -> object:
    with open("mine", "wb") as file:
        file.write(b"mine")
    os.rename("mine", C["input"])
    return True


@attempt
def change_the_rights_of_the_input() -> object:
    os.chmod(C["input"], 0o777)
    return True


@attempt
def touch_a_file_of_another() -> object:
    os.utime(C["home_secret"])
    return True


@attempt
def write_a_file_that_is_too_large() -> object:
    with open("large", "wb") as file:
        for _ in range(64):
            file.write(bytes(1_000_000))
    return True


@attempt
def fill_the_memory_behind_the_temporary_folder() -> object:
    for number in range(200):
        with open(f"/tmp/fill{number}", "wb") as file:
            file.write(bytes(1_000_000))
    return True


# --- network -----------------------------------------------------------------------------------


def connect(family: int, kind: int, address: object) -> object:
    with socket.socket(family, kind) as one:
        one.settimeout(2)
        one.connect(address)  # pyright: ignore[reportArgumentType]
        one.send(b"canary")
        return str(address)


@attempt
def connect_to_the_loopback() -> object:
    return connect(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", C["tcp_port"]))


@attempt
def connect_to_the_loopback_by_ipv6() -> object:
    return connect(socket.AF_INET6, socket.SOCK_STREAM, ("::1", C["tcp6_port"]))


@attempt
def send_a_datagram() -> object:
    return connect(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", C["udp_port"]))


@attempt
def connect_to_an_address_of_this_machine() -> object:
    return connect(socket.AF_INET, socket.SOCK_STREAM, (C["own_address"], C["tcp_port"]))


@attempt
def connect_to_an_abstract_socket() -> object:
    return connect(socket.AF_UNIX, socket.SOCK_STREAM, "\0" + C["abstract"])


@attempt
def connect_to_a_unix_socket() -> object:
    return connect(socket.AF_UNIX, socket.SOCK_STREAM, C["unix"])


@attempt
def ask_the_kernel_for_addresses() -> object:
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as one:
        one.bind((0, 0))
        return True


@attempt
def open_a_raw_socket() -> object:
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP):
        return True


@attempt
def open_a_packet_socket() -> object:
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 3):
        return True


@attempt
def open_a_socket_of_another_kind() -> object:
    for family in (*range(3, 10), *range(11, 16), *range(18, 46)):
        with contextlib.suppress(OSError):
            socket.socket(family, socket.SOCK_DGRAM).close()
            return family
    return None


@attempt
def listen_for_others() -> object:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()


@attempt
def use_a_ring_instead_of_calls() -> object:
    return syscall(425, 425, 4, ctypes.create_string_buffer(120))


# --- other processes ----------------------------------------------------------------------------


@attempt
def signal_another() -> object:
    os.kill(C["victim"], 0)
    return True


@attempt
def signal_everybody() -> object:
    os.kill(-1, 0)
    return True


@attempt
def signal_by_thread() -> object:
    syscall(234, 131, C["victim"], C["victim"], 0)
    return True


@attempt
def queue_a_signal() -> object:
    queued = bytes(8) + (-1).to_bytes(4, "little", signed=True) + bytes(116)
    syscall(129, 138, C["victim"], 0, ctypes.create_string_buffer(queued, 128))
    return True


@attempt
def have_the_kernel_signal_another() -> object:
    """By a pipe that another process is named as the owner of."""
    reading, _ = os.pipe()
    fcntl.fcntl(reading, 10, signal.SIGKILL)
    fcntl.fcntl(reading, 8, C["victim"])
    return True


@attempt
def bind_another_to_one_core() -> object:
    os.sched_setaffinity(C["victim"], os.sched_getaffinity(0))
    return True


@attempt
def make_another_wait_for_everybody() -> object:
    os.sched_setscheduler(C["victim"], os.SCHED_IDLE, os.sched_param(0))
    return True


@attempt
def trace_another() -> object:
    libc.ptrace.restype = ctypes.c_long
    if libc.ptrace(16, C["victim"], None, None) < 0:
        raise OSError(ctypes.get_errno(), "ptrace")
    return True


@attempt
def read_the_memory_of_another() -> object:
    buffer = ctypes.create_string_buffer(8)
    local = (ctypes.c_ulong * 2)(ctypes.addressof(buffer), 8)
    remote = (ctypes.c_ulong * 2)(C["victim_address"], 8)
    one, none = ctypes.c_ulong(1), ctypes.c_ulong(0)
    return syscall(310, 270, C["victim"], local, one, remote, one, none)


@attempt
def take_an_open_file_of_another() -> object:
    process = syscall(434, 434, C["victim"], 0)
    return syscall(438, 438, process, 0, 0)


@attempt
def slow_another_down() -> object:
    os.setpriority(os.PRIO_PROCESS, C["victim"], 19)
    return True


@attempt
def limit_another() -> object:
    resource.prlimit(C["victim"], resource.RLIMIT_CORE, (0, 0))
    return True


@attempt
def enter_the_namespaces_of_another() -> object:
    number = os.open(f"/proc/{C['victim']}/ns/net", os.O_RDONLY)
    return syscall(308, 268, number, 0)


# --- new processes ------------------------------------------------------------------------------


@attempt
def fork_one() -> object:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return pid


@attempt
def fork_two_hundred() -> object:
    children = []
    with contextlib.suppress(OSError):
        for _ in range(200):
            pid = os.fork()
            if pid == 0:
                time.sleep(1)
                os._exit(0)
            children.append(pid)
    for pid in children:
        os.waitpid(pid, 0)
    return len(children) or None


@attempt
def start_a_program() -> object:
    return subprocess.run(["/bin/sh", "-c", "echo ran"], capture_output=True, check=True).stdout


@attempt
def clone_by_the_new_call() -> object:
    arguments = (ctypes.c_uint64 * 8)(0, 0, 0, 0, 17)
    pid = syscall(435, 435, arguments, 64)
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return pid


@attempt
def outlive_my_run() -> object:
    pid = os.fork()
    if pid == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(2)
            with open("outlived", "wb") as file:
                file.write(b"x")
        os._exit(0)
    return pid


# --- limits and privileges ----------------------------------------------------------------------


@attempt
def raise_my_limits() -> object:
    for kind in (resource.RLIMIT_AS, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE):
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            return kind
    return None


@attempt
def take_more_memory() -> object:
    return len(bytearray(C["memory_bytes"] + 1))


@attempt
def take_memory_that_is_a_file() -> object:
    return os.memfd_create("memory")


@attempt
def open_many_files() -> object:
    held = []
    with contextlib.suppress(OSError):
        for _ in range(2_000):
            held.append(os.open("/dev/null", os.O_RDONLY))
    count = len(held)
    for number in held:
        os.close(number)
    return count if count > 1_000 else None


@attempt
def outlive_the_one_who_started_me() -> object:
    if libc.prctl(1, 0, 0, 0, 0) < 0:
        raise OSError(ctypes.get_errno(), "prctl")
    return True


@attempt
def become_root() -> object:
    if os.getuid() == 0:
        raise OSError("already")
    os.setuid(0)
    return True


@attempt
def gain_rights_by_a_program_of_root() -> object:
    with open("/proc/self/status") as status:
        return "NoNewPrivs:\t1" not in status.read() or None


@attempt
def have_privileges() -> object:
    header, data = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    syscall(125, 90, header, data)
    return list(data) if any(data) else None


@attempt
def make_a_user_namespace() -> object:
    if libc.unshare(0x10000000) < 0:
        raise OSError(ctypes.get_errno(), "unshare")
    return True


@attempt
def mount_something() -> object:
    os.makedirs("mounted", exist_ok=True)
    if libc.mount(b"none", b"mounted", b"tmpfs", 0, None) < 0:
        raise OSError(ctypes.get_errno(), "mount")
    return True


@attempt
def mount_by_the_new_call() -> object:
    return syscall(430, 430, b"tmpfs", 0)


@attempt
def take_a_mount_away() -> object:
    if libc.umount2(os.path.dirname(C["input"]).encode(), 2) < 0:
        raise OSError(ctypes.get_errno(), "umount")
    return True


@attempt
def change_my_root() -> object:
    os.chroot(".")
    return True


@attempt
def load_a_kernel_program() -> object:
    return syscall(321, 280, 0, ctypes.create_string_buffer(120), 120)


@attempt
def watch_the_processor() -> object:
    return syscall(
        298, 241, ctypes.create_string_buffer(b"\1\0\0\0\x78\0\0\0" + bytes(112)), 0, -1, -1, 0
    )


@attempt
def handle_faults_of_memory() -> object:
    return syscall(323, 282, 0)


@attempt
def read_a_key_of_the_user() -> object:
    return syscall(250, 219, 11, C["key"], ctypes.create_string_buffer(64), 64)


@attempt
def leave_a_key_behind() -> object:
    return syscall(248, 217, b"user", b"left", b"x", 1, -4)


@attempt
def attach_shared_memory() -> object:
    return syscall(29, 194, C["shm_key"], 8, 0)


@attempt
def open_a_queue() -> object:
    return syscall(68, 186, C["shm_key"], 0o1600)


@attempt
def rename_the_machine() -> object:
    name = os.uname().nodename.encode()
    return syscall(170, 161, name, len(name)) + 1


@attempt
def set_the_clock() -> object:
    now = (ctypes.c_long * 2)(int(time.time()), 0)
    return syscall(227, 112, 0, now) + 1


@attempt
def type_into_the_terminal() -> object:
    with open("/dev/tty", "wb", buffering=0) as terminal:
        return libc.ioctl(terminal.fileno(), 0x5412, b"x") == 0 or None


@attempt
def call_by_the_other_numbering() -> object:
    if ARM:
        return None
    return syscall(0x40000000 + 39, 0)


@attempt
def start_thousands_of_threads() -> object:
    """Threads of C, which take 36 kB each; they end with the program."""
    attributes = ctypes.create_string_buffer(64)
    libc.pthread_attr_init(attributes)
    libc.pthread_attr_setstacksize(attributes, ctypes.c_size_t(32_768))
    started = 0
    while started < 3_000:
        if libc.pthread_create(ctypes.byref(ctypes.c_ulong()), attributes, libc.pause, None):
            break
        started += 1
    return started if started >= 1_000 else None


def main() -> None:
    got: dict[str, object] = {}
    for name, function in ATTEMPTS.items():
        try:
            found = function()
        except (OSError, RuntimeError, MemoryError, ValueError, subprocess.SubprocessError):
            found = None
        got[name] = None if found is None else repr(found)[:100]
    print(json.dumps(got))


signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
if __name__ == "__main__":
    main()
