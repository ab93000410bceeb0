"""The values that walk through the pipeline: frozen, serialisable, without behaviour that does I/O.

Units are in the names: `_ms` integer milliseconds, `_bytes`, `_seconds`. Text that came out of a
video, a file name or a service is data; nothing here escapes it, whoever prints it does.
"""

from socialcopy.models.brief import (
    NO_DETAILS,
    PICTURE_WISHES,
    Aspect,
    AssetKey,
    Brief,
    BriefDetails,
    Corner,
    Details,
    HashtagPolicy,
    Instruction,
    OptionalLanguage,
    Platforms,
    Profanity,
    SubtitleStyle,
    Wish,
    Words,
)
from socialcopy.models.captions import (
    Beside,
    Caption,
    CaptionSet,
    Confidence,
    Copy,
    Evidence,
    FactKind,
)
from socialcopy.models.jobs import (
    Claim,
    DeliveredFile,
    Delivery,
    Manifest,
    Oid,
    Prefix,
    Rejection,
    SourceVideo,
    VideoKey,
)
from socialcopy.models.languages import Language
from socialcopy.models.picture import BRIGHTNESS_GRID, Focus, Region, ScreenText, Sighting
from socialcopy.models.platforms import DEFAULT_PLATFORMS, Platform, SafeZone, VideoSpec
from socialcopy.models.renditions import Certificate, CertifiedFile, Look, Part, Rendition, Targets
from socialcopy.models.session import Asset, RenderJob, RenderStatus, Reply, Session
from socialcopy.models.speech import Cue, Transcript, Word, later, spread
from socialcopy.models.understanding import Understanding
from socialcopy.models.value import Value
from socialcopy.models.video import AudioStream, MediaInfo, OtherStream, Repair, Stream, VideoStream

__all__ = [
    "BRIGHTNESS_GRID",
    "DEFAULT_PLATFORMS",
    "NO_DETAILS",
    "PICTURE_WISHES",
    "Aspect",
    "Asset",
    "AssetKey",
    "AudioStream",
    "Beside",
    "Brief",
    "BriefDetails",
    "Caption",
    "CaptionSet",
    "Certificate",
    "CertifiedFile",
    "Claim",
    "Confidence",
    "Copy",
    "Corner",
    "Cue",
    "DeliveredFile",
    "Delivery",
    "Details",
    "Evidence",
    "FactKind",
    "Focus",
    "HashtagPolicy",
    "Instruction",
    "Language",
    "Look",
    "Manifest",
    "MediaInfo",
    "Oid",
    "OptionalLanguage",
    "OtherStream",
    "Part",
    "Platform",
    "Platforms",
    "Prefix",
    "Profanity",
    "Region",
    "Rejection",
    "RenderJob",
    "RenderStatus",
    "Rendition",
    "Repair",
    "Reply",
    "SafeZone",
    "ScreenText",
    "Session",
    "Sighting",
    "SourceVideo",
    "Stream",
    "SubtitleStyle",
    "Targets",
    "Transcript",
    "Understanding",
    "Value",
    "VideoKey",
    "VideoSpec",
    "VideoStream",
    "Wish",
    "Word",
    "Words",
    "later",
    "spread",
]
