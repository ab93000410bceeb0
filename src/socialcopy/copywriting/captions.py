"""A finished text as a caption: counted in its network's unit."""

from __future__ import annotations

from socialcopy.models import Caption, Platform
from socialcopy.platforms import hashtags, length, rules


def caption(platform: Platform, text: str) -> Caption:
    """Count a finished text."""
    return Caption(
        platform=platform,
        text=text,
        hashtags=hashtags(text),
        length=length(platform, text),
        limit=rules(platform).text_limit.value,
    )
