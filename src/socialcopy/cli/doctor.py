"""Is everything here that captioning needs? Each check says what to do when it is not."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from urllib.error import HTTPError

from socialcopy.cli.errors import CommandError
from socialcopy.cli.output import Check
from socialcopy.cli.project import project_folder
from socialcopy.cli.stack import store_of_running_stack
from socialcopy.media.errors import MediaError
from socialcopy.media.ffmpeg.encoders import chosen
from socialcopy.media.ffmpeg.runner import Limits, run
from socialcopy.media.subtitles.fonts import EMOJI_FAMILIES, emoji_family
from socialcopy.sandbox.client import locks
from socialcopy.sandbox.confinement import Locks
from socialcopy.sandbox.errors import SandboxError
from socialcopy.settings import DataSettings, MediaSettings, S3Settings, SpeechSettings
from socialcopy.storage import capabilities
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.embedded_server import embedded_store
from socialcopy.storage.errors import StorageError
from socialcopy.understanding.errors import UnderstandingError
from socialcopy.understanding.weights import model_folder

APT = "sudo apt-get install"
FILTERS = ("ass", "loudnorm", "ebur128", "alimiter", "zscale", "tonemap", "thumbnail", "gblur")
ENCODERS = ("libx264", "aac")
# Debian's package of each font that subtitles ask for, by the family's name.
FONTS = {
    "Inter": "fonts-inter",
    "DejaVu Sans": "fonts-dejavu-core",
    "Noto Sans": "fonts-noto-core",
    "Noto Sans CJK SC": "fonts-noto-cjk",
    EMOJI_FAMILIES[0]: "fonts-symbola",
}


def examine() -> Iterator[Check]:
    """Look at everything, one thing after another."""
    yield from (_tool(name) for name in ("ffmpeg", "ffprobe"))
    yield sandbox()
    yield _parts_of_ffmpeg("filters", FILTERS)
    yield _parts_of_ffmpeg("encoders", ENCODERS)
    yield from _encoder()
    yield from (_font(family, package) for family, package in FONTS.items())
    yield _speech_model()
    yield _store()
    yield from _prefect()
    yield _flows()


def _tool(name: str) -> Check:
    if shutil.which(name) is None:
        return Check(name, "not installed", f"{APT} ffmpeg (macOS: brew)", good=False)
    first = _output([name, "-version"]).partition("\n")[0]
    version = re.search(r"version (\S+)", first)
    return Check(name, version[1] if version else first)


def sandbox() -> Check:
    """Check which locks keep a decoder from this machine, and that ffmpeg starts behind them."""
    name = "decoder sandbox"
    try:
        found = locks()
        if shutil.which("ffmpeg"):
            run(["ffmpeg", "-version"], limits=Limits(wall_seconds=30, memory_bytes=2_000_000_000))
    except (SandboxError, MediaError) as error:
        advice = "ffmpeg has to be a plain program; a snap or a wrapper can't be confined"
        return Check(name, str(error), advice, good=False)
    # Either of the two keeps files out of reach; seccomp alone does not.
    is_closed = bool(found.seccomp and (found.namespaces or found.landlock))
    closed = [
        *(["namespaces"] if found.namespaces else []),
        *([f"Landlock {found.landlock}"] if found.landlock else []),
        *(["seccomp"] if found.seccomp else []),
        "limits of time, memory and size",
    ]
    kept = "keep decoders from files, network and processes"
    if not is_closed:
        kept = "do not keep decoders from reading your files"
    finding = "; ".join([f"{', '.join(closed)} {kept}", *found.missing])
    advice = _advice(found) if is_closed else UNCONFINED_ADVICE
    return Check(name, finding, advice, good=is_closed, is_needed=False)


def _advice(found: Locks) -> str:
    if not found.namespaces:
        return NAMESPACES_ADVICE
    return "" if found.landlock else LANDLOCK_ADVICE


NAMESPACES_ADVICE = (
    "for another lock behind these let users make namespaces (Ubuntu: sudo sysctl "
    "kernel.apparmor_restrict_unprivileged_userns=0; see docs/security.md)"
)
LANDLOCK_ADVICE = "for another lock behind these boot a kernel with Landlock (lsm=landlock,…)"
UNCONFINED_ADVICE = (
    "for strangers' videos use Linux 5.13 or later with Landlock, or a Linux container"
)


def _parts_of_ffmpeg(kind: str, wanted: tuple[str, ...]) -> Check:
    name = f"ffmpeg {kind}"
    if shutil.which("ffmpeg") is None:
        return Check(name, "no ffmpeg", f"{APT} ffmpeg", good=False)
    said = _output(["ffmpeg", "-hide_banner", f"-{kind}"])
    listed = re.findall(r"^\s*\S+\s+(\S+)", said, re.MULTILINE)
    missing = [part for part in wanted if part not in listed]
    if missing:
        advice = "use a full build of ffmpeg, such as Debian's"
        return Check(name, f"{', '.join(missing)} missing", advice, good=False)
    return Check(name, f"all {len(wanted)} present")


def _encoder() -> Iterator[Check]:
    """Find by trial which encoder makes the MP4s."""
    if shutil.which("ffmpeg"):
        settings = MediaSettings()
        found = chosen(settings.encoder, settings.preset)
        yield Check("fastest encoder", found.reason, is_needed=False)


def _font(family: str, package: str) -> Check:
    if family in EMOJI_FAMILIES and shutil.which("fc-match"):
        family = emoji_family() or family
    name = f"font {family}"
    if shutil.which("fc-match") is None:
        finding = "can't look: fontconfig is not installed"
        return Check(name, finding, f"{APT} fontconfig", good=False, is_needed=False)
    found = _output(["fc-match", "-f", "%{family}", family])
    # fc-match always names a font; another one than was asked for means that it is not there.
    if family in found:
        return Check(name, "installed", is_needed=False)
    finding = f"not installed; {found} would be used"
    return Check(name, finding, f"{APT} {package}", good=False, is_needed=False)


def _speech_model() -> Check:
    settings = SpeechSettings()
    try:
        place = model_folder(settings.model, DataSettings().cache_dir)
    except UnderstandingError as error:
        return Check("speech model", str(error), "make setup", good=False)
    return Check("speech model", f"{settings.model} in {place}")


def _store() -> Check:
    settings = store_of_running_stack(DataSettings()) or S3Settings()
    if settings.endpoint_url is None:
        return _checked("S3 store (embedded)", _try_embedded_store)
    return _checked(
        f"S3 store ({settings.endpoint_url})", lambda: capabilities.require(Bucket(settings))
    )


def _try_embedded_store() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        embedded_store(Path(folder)) as settings,
    ):
        capabilities.require(Bucket(settings))


def _checked(name: str, look: Callable[[], None]) -> Check:
    try:
        look()
    except (StorageError, CommandError) as error:
        return Check(name, str(error), "see the message", good=False)
    return Check(name, "conditional writes and ranges work")


def _prefect() -> Iterator[Check]:
    """Check which Prefect is here, and whether the server its commands talk to asks who calls."""
    from prefect.settings import get_current_settings

    yield Check("Prefect", metadata.version("prefect"))
    url = get_current_settings().api.url
    if url:
        yield prefect_server(url)


def prefect_server(url: str) -> Check:
    """Ask for something that a stranger should not be told."""
    name = f"Prefect server ({url})"
    try:
        with urllib.request.urlopen(f"{url}/admin/version", timeout=10):  # noqa: S310  (an address of the settings)
            finding = "lets anybody in, web pages included: they can run commands as its workers"
            advice = "set PREFECT_SERVER_API_AUTH_STRING there and PREFECT_API_AUTH_STRING here"
            return Check(name, finding, advice, good=False, is_needed=False)
    except HTTPError as answer:
        answer.close()
        return Check(name, "asks for a password")
    except (OSError, ValueError) as error:
        return Check(name, f"no answer: {error}", good=False, is_needed=False)


def _flows() -> Check:
    try:
        folder = project_folder()
    except CommandError as error:
        return Check("flows", str(error), "install socialcopy again", good=False)
    return Check("flows", f"in {folder}")


def _output(argv: list[str]) -> str:
    """Return what a tool says about itself; it reads no media, so this is not the door's job."""
    done = subprocess.run(argv, capture_output=True, text=True, timeout=30, check=False)
    return done.stdout
