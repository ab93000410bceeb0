"""What each network accepts: limits with units and sources, counting, video specs, safe zones."""

from socialcopy.platforms.counting import hashtags, links, mentions
from socialcopy.platforms.model import Fact, PlatformRules, Unit, Verdict
from socialcopy.platforms.registry import fits, length, rules

__all__ = [
    "Fact",
    "PlatformRules",
    "Unit",
    "Verdict",
    "fits",
    "hashtags",
    "length",
    "links",
    "mentions",
    "rules",
]
