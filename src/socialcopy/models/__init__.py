"""The values that walk through the pipeline: frozen, serialisable, without behaviour that does I/O.

Units are in the names: `_ms` integer milliseconds, `_bytes`, `_seconds`. Text that came out of a
video, a file name or a service is data; nothing here escapes it, whoever prints it does.
"""

from socialcopy.models.brief import (
    PICTURE_WISHES,
    Aspect,
    AssetKey,
    Brief,
    Corner,
    HashtagPolicy,
    Profanity,
    SubtitleStyle,
    Words,
)
from socialcopy.models.captions import Caption, CaptionSet, Confidence, Copy, Evidence, FactKind
from socialcopy.models.jobs import Claim, DeliveredFile, Delivery, Rejection, SourceVideo
from socialcopy.models.picture import Focus, Region, ScreenText, Sighting
from socialcopy.models.platforms import DEFAULT_PLATFORMS, Platform, SafeZone, VideoSpec
from socialcopy.models.renditions import Look, Part, Rendition
from socialcopy.models.session import Asset, RenderJob, RenderStatus, Reply, Session
from socialcopy.models.speech import Cue, Transcript, Word, later
from socialcopy.models.understanding import Understanding
from socialcopy.models.value import Value
from socialcopy.models.video import (
    AudioStream,
    MediaInfo,
    OtherStream,
    Repair,
    Stream,
    VideoStream,
)

__all__ = [
    "DEFAULT_PLATFORMS",
    "PICTURE_WISHES",
    "Aspect",
    "Asset",
    "AssetKey",
    "AudioStream",
    "Brief",
    "Caption",
    "CaptionSet",
    "Claim",
    "Confidence",
    "Copy",
    "Corner",
    "Cue",
    "DeliveredFile",
    "Delivery",
    "Evidence",
    "FactKind",
    "Focus",
    "HashtagPolicy",
    "Look",
    "MediaInfo",
    "OtherStream",
    "Part",
    "Platform",
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
    "Transcript",
    "Understanding",
    "Value",
    "VideoSpec",
    "VideoStream",
    "Word",
    "Words",
    "later",
]
