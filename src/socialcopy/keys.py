"""Every object key that is ever written, and the names they are made of.

```
inbox/<anything>                    what people drop
nightly/<anything>                  what may wait for the nightly batch
outbox/<name>/<oid>/…               one delivery; manifest.json is written last
rejected/<name>/<oid>/reason.json   refused input, with the reason
parked/<name>/<oid>/reason.json     work that waits for a person, with the reason
_socialcopy/jobs/<oid>/claim.json   who works on it, until when
_socialcopy/jobs/<oid>/journal/…    what has been done, one object a step
_socialcopy/finished/<oid>          an index of ended jobs: one listing says what is done
_socialcopy/held/<oid>              an index of jobs that are begun, so that few claims are read
_socialcopy/waiting/<oid>           jobs that wait for credits, another day or room, and why
_socialcopy/budgets/<day>/<prefix>  what a prefix has spent and reserved on a day
_socialcopy/quotas/<day>/<unit>/…   what of a prefix was taken up on a day
_socialcopy/seats/<who>/<prefix>    who sits in a session that several videos share
_socialcopy/contents/…/<sha256>     which bytes were delivered under which wishes
done/<name>/<oid>/…                 delivered videos, where a policy moves them
reports/<date>.json .html           what became of a nightly batch
```
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath
from urllib.parse import quote, unquote

INBOX = "inbox/"
NIGHTLY = "nightly/"
OUTBOX = "outbox/"
REJECTED = "rejected/"
PARKED = "parked/"
PRIVATE = "_socialcopy/"
FINISHED = f"{PRIVATE}finished/"
JOBS = f"{PRIVATE}jobs/"
HELD = f"{PRIVATE}held/"
WAITING = f"{PRIVATE}waiting/"
BUDGETS = f"{PRIVATE}budgets/"
QUOTAS = f"{PRIVATE}quotas/"
CONTENTS = f"{PRIVATE}contents/"
SEATS = f"{PRIVATE}seats/"
REPORTS = "reports/"
DONE = "done/"

# Where we write; a prefix that holds one of them would feed on its own output.
OURS = (OUTBOX, REJECTED, PARKED, PRIVATE, REPORTS, DONE)

# Where only we write.
WRITTEN = (OUTBOX, REJECTED, PARKED, PRIVATE)

# Endings that the service takes (NemoVideo's documents).
SERVICE_SUFFIXES = frozenset({".mp4", ".mov", ".avi", ".webm", ".mkv"})

# Other endings of videos, and what they promise.
CAMERA_SUFFIXES = {
    ".3g2": "3GPP2, as old phones write it",
    ".3gp": "3GPP, as old phones write it",
    ".asf": "Windows Media",
    ".divx": "DivX",
    ".f4v": "Flash video",
    ".flv": "Flash video",
    ".m2t": "an MPEG transport stream, as camcorders write it",
    ".m2ts": "an MPEG transport stream, as camcorders write it",
    ".m4v": "MPEG-4",
    ".mpeg": "an MPEG program stream",
    ".mpg": "an MPEG program stream",
    ".mts": "an MPEG transport stream, as camcorders write it",
    ".mxf": "MXF, as professional cameras write it",
    ".ogv": "Ogg",
    ".qt": "QuickTime",
    ".ts": "an MPEG transport stream",
    ".vob": "a DVD's stream",
    ".wmv": "Windows Media",
}

# Names that are looked at; what a file really is, its content says.
VIDEO_SUFFIXES = SERVICE_SUFFIXES | CAMERA_SUFFIXES.keys()

# Of an intro or outro that a brief names.
CLIP_SUFFIXES = SERVICE_SUFFIXES | {".m4v"}

# Of files beside a video that hold its subtitles; the first one counts most.
SUBTITLE_SUFFIXES = (".srt", ".vtt", ".ass", ".ssa", ".sbv")
# Of subtitles in forms that are not read.
OTHER_SUBTITLE_SUFFIXES = frozenset(
    {*(".ttml", ".dfxp", ".scc", ".stl", ".sub", ".idx", ".sup", ".smi", ".lrc", ".usf")}
)

# Characters kept of a file's name: enough to recognise it, short enough for any path.
NAME_LENGTH = 60

# Bytes kept of it in UTF-8. A file's name may have 255, and to ours are added, at most, the names
# of eight networks, `.mp4` and `.part`: 66.
NAME_BYTES = 180


def delivery_name(key: str) -> str:
    """Turn a key into a folder name: letters, digits, `.`, `_` and `-` of any script.

    Different keys may share a name; the oid beside it tells them apart.

    >>> delivery_name("inbox/Frühling: Start (final).mp4"), delivery_name("inbox/???.mov")
    ('Frühling-Start-final', 'video')
    """
    # macOS writes ü as two characters: without this one video would have two names.
    stem = unicodedata.normalize("NFC", PurePosixPath(key).stem)
    slug = re.sub(r"[^\w.-]+", "-", stem).strip("-._")
    # Cut in bytes, and a character that is torn by it is dropped.
    kept = slug[:NAME_LENGTH].encode(errors="ignore")[:NAME_BYTES].decode(errors="ignore")
    return kept.rstrip("-._") or "video"


def upload_name(key: str) -> str:
    """Name the file for the service: the delivery's name with an ending that it takes.

    >>> upload_name("inbox/00001.MTS")
    '00001.mp4'
    """
    return f"{delivery_name(key)}{_service_suffix(key)}"


def _service_suffix(key: str) -> str:
    own = suffix(key)
    return own if own in SERVICE_SUFFIXES else ".mp4"


def tag_of(key: str, oid: str) -> str:
    """Return what a file's name ends in beside other videos: `.0123456789abcdef.mp4`."""
    return f".{oid}{_service_suffix(key)}"


def tagged_name(key: str, oid: str) -> str:
    """Name the file for the service in a session that several videos share."""
    return f"{delivery_name(key)}{tag_of(key, oid)}"


# Endings that browsers, rclone, WinSCP, yt-dlp and others give to what they have not finished.
#
# Endings only: `My.Trip.Part.2.mp4` and `Scene.temp.mov` are whole.
UNFINISHED = re.compile(
    r"\.(?:part(?:ial|-frag\d+)?|filepart|crdownload|opdownload|download|te?mp|upload(?:ing)?|"
    r"in-?progress|incomplete|aria2|!ut|!qb)$|~$",
    re.IGNORECASE,
)


def suffix(key: str) -> str:
    """Return the ending of a key's name in small letters, `.mp4`; empty when it has none.

    >>> suffix("inbox/00001.MTS"), suffix("inbox/clip.mp4 "), suffix("inbox/clip")
    ('.mts', '.mp4', '')
    """
    return PurePosixPath(key).suffix.strip().lower()


def is_video_key(key: str) -> bool:
    """Tell whether a key's name says video; what we wrote ourselves is none: it would feed itself.

    >>> is_video_key("inbox/My.Trip.Part.2.mp4"), is_video_key("inbox/clip.mp4.part")
    (True, False)
    """
    is_ours = key.startswith(WRITTEN) or key.endswith("/")
    return not is_ours and suffix(key) in VIDEO_SUFFIXES and not _unfit(key)


def _unfit(key: str) -> str:
    """Say why no object of such a name is taken up, whatever its ending."""
    name = PurePosixPath(key).name
    if name.startswith("."):
        return "its name begins with a dot, as hidden files do; rename it"
    unfinished = UNFINISHED.search(name)
    if unfinished:
        return (
            f"its name ends in {unfinished[0]}, as an upload does that is not finished; it is "
            "taken up once it is renamed"
        )
    return ""


def why_passed_over(key: str) -> str:
    """Say why an object under a watched prefix is never captioned; empty when it is, or helps.

    Briefs, subtitles and pictures beside a video help; folders and our own files are nobody's
    news.

    >>> why_passed_over("inbox/notes.txt")
    'its name ends in .txt, which is no video; MP4, MOV, AVI, WebM and MKV are'
    """
    is_ours = key.startswith(WRITTEN) or key.endswith("/")
    if is_ours or is_video_key(key):
        return ""
    ending = suffix(key)
    if ending in (".yaml", ".yml") and not is_brief_key(key):
        return "a brief is called brief.yaml, or <name of the video>.brief.yaml"
    if unfit := _unfit(key):
        return unfit
    if is_brief_key(key) or ending in COMPANION_SUFFIXES:
        return ""
    if not ending:
        return "its name has no ending; one such as .mp4 says that it is a video"
    return f"its name ends in {ending}, which is no video; MP4, MOV, AVI, WebM and MKV are"


def is_companion(key: str) -> bool:
    """Tell whether an object of that key helps a video: subtitles, a picture or a brief."""
    return not is_video_key(key) and not why_passed_over(key)


def key_of(name: str) -> str:
    """Return the key that somebody means: a whole one, or a name in the inbox.

    >>> key_of("clip.mp4"), key_of("nightly/clip.mp4")
    ('inbox/clip.mp4', 'nightly/clip.mp4')
    """
    return name if "/" in name else f"{INBOX}{name}"


def stem(key: str) -> str:
    """Return what the names of all files beside a video begin with.

    >>> stem("inbox/clip.final.mp4")
    'inbox/clip.final.'
    """
    return key.removesuffix(PurePosixPath(key).suffix) + "."


LOGO_SUFFIXES = frozenset({".png", ".jpg", ".jpeg"})
# Of files that belong to a video or a brief.
COMPANION_SUFFIXES = LOGO_SUFFIXES | OTHER_SUBTITLE_SUFFIXES | set(SUBTITLE_SUFFIXES)

# S3's own limit.
LONGEST_KEY_BYTES = 1_024


def is_asset(key: str, suffixes: frozenset[str]) -> bool:
    """Tell whether a brief may name this key as a file of its own.

    It has to be a plain path of the right kind, and not lie where we write or keep our books.

    >>> is_asset("brand/logo.png", LOGO_SUFFIXES), is_asset("outbox/a/b/logo.png", LOGO_SUFFIXES)
    (True, False)
    """
    parts = key.split("/")
    is_plain = all(part not in ("", ".", "..") for part in parts) and key.isprintable()
    is_ours = key.startswith(WRITTEN)
    is_right = PurePosixPath(key).suffix.lower() in suffixes
    is_short = len(key.encode(errors="replace")) <= LONGEST_KEY_BYTES
    return is_plain and is_right and is_short and not is_ours and "\\" not in key


def is_watched(key: str) -> bool:
    """Tell whether a video of that key would be captioned itself."""
    return key.startswith((INBOX, NIGHTLY))


BRIEF = "brief.yaml"


def briefs(key: str) -> tuple[str, str]:
    """Return the keys of a folder's brief and of a video's own; the latter counts more.

    >>> briefs("inbox/shoes/clip.mp4")
    ('inbox/shoes/brief.yaml', 'inbox/shoes/clip.brief.yaml')
    """
    path = PurePosixPath(key)
    folder = key.removesuffix(path.name)
    return f"{folder}{BRIEF}", f"{folder}{path.stem}.{BRIEF}"


def is_brief_key(key: str) -> bool:
    """Tell whether a key is a folder's brief or a video's own."""
    name = key.rpartition("/")[2]
    return name == BRIEF or name.endswith(f".{BRIEF}")


def delivery_prefix(key: str, oid: str) -> str:
    """Return the prefix of one delivery's folder."""
    return f"{OUTBOX}{delivery_name(key)}/{oid}/"


def manifest(delivery_prefix: str) -> str:
    """Return the key of the object that makes a delivery count."""
    return f"{delivery_prefix}manifest.json"


def rejection(key: str, oid: str) -> str:
    """Return the key of the reason why a file was refused."""
    return f"{REJECTED}{delivery_name(key)}/{oid}/reason.json"


def parking(key: str, oid: str) -> str:
    """Return the key of the reason why a job waits for a person."""
    return f"{PARKED}{delivery_name(key)}/{oid}/reason.json"


def claim(oid: str) -> str:
    """Return the key of the claim on a job."""
    return f"{JOBS}{oid}/claim.json"


def journal(oid: str) -> str:
    """Return the prefix of a job's journal."""
    return f"{JOBS}{oid}/journal/"


def journal_entry(oid: str, step: str) -> str:
    """Return the key of what one step left behind."""
    return f"{journal(oid)}{step}.json"


def progress(oid: str) -> str:
    """Return the key of how far the encoding of a job's MP4s is."""
    return f"{JOBS}{oid}/progress.json"


def finished(oid: str) -> str:
    """Return the key of the mark of an ended job."""
    return f"{FINISHED}{oid}"


def held(oid: str) -> str:
    """Return the key of the mark of a job in somebody's hands; a hint only, the claim decides."""
    return f"{HELD}{oid}"


def waiting(oid: str) -> str:
    """Return the key of the mark of a job that waits for credits, another day, or disk room."""
    return f"{WAITING}{oid}"


def budget(day: str, prefix: str) -> str:
    """Return the key of what a prefix spent on a day; a flat name, whatever the prefix holds.

    >>> budget("2026-11-28", "nightly/shoes/")
    '_socialcopy/budgets/2026-11-28/nightly%2Fshoes%2F.json'
    """
    return f"{BUDGETS}{day}/{quote(prefix, safe='')}.json"


def budget_prefix(key: str) -> str:
    """Return the prefix a budget's key stands for."""
    return unquote(key.rpartition("/")[2].removesuffix(".json"))


def quota(day: str, unit: str, prefix: str) -> str:
    """Return the key of how much of a prefix was taken up on a day."""
    return f"{QUOTAS}{day}/{unit}/{quote(prefix, safe='')}.json"


def seat(identity: str, prefix: str) -> str:
    """Return the key of who sits in the session that a prefix's videos share, for one identity."""
    return f"{SEATS}{identity}/{quote(prefix, safe='')}.json"


def contents(size_bytes: int, recipe: str, sha256: str = "") -> str:
    """Return the key of the note that these bytes were delivered under these wishes."""
    return f"{CONTENTS}{size_bytes}-{recipe[:16]}/{sha256}"


def report(name: str, suffix: str) -> str:
    """Return the key of a nightly batch's report; `suffix` is `.json` or `.html`."""
    return f"{REPORTS}{name}{suffix}"


def done(key: str, oid: str) -> str:
    """Return the key a delivered video is moved to, when a policy says so."""
    return f"{DONE}{delivery_name(key)}/{oid}/{upload_name(key)}"


def holds_own_output(prefix: str) -> bool:
    """Tell whether deliveries would be taken for new videos under a prefix.

    >>> holds_own_output("inbox/"), holds_own_output("outbox/clip/"), holds_own_output("")
    (False, True, True)
    """
    return any(own.startswith(prefix) or prefix.startswith(own) for own in OURS)
