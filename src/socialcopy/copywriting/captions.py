"""A finished text as a caption: counted in its network's unit."""

from __future__ import annotations

from typing import Any

from socialcopy.models import Caption, Platform
from socialcopy.platforms import hashtags, length, rules
from socialcopy.platforms.littletext import escaped


def caption(platform: Platform, text: str, account: str = "", **parts: Any) -> Caption:
    """Count a finished text; `parts` are the caption's other fields."""
    return Caption(
        platform=platform,
        text=text,
        api_text=escaped(text) if platform is Platform.LINKEDIN else "",
        hashtags=hashtags(text),
        length=length(platform, text, account),
        limit=rules(platform, account).text_limit.value,
        **parts,
    )
