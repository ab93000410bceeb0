"""What each network accepts: limits with units and sources, counting, video specs, safe zones."""

from socialcopy.platforms.counting import hashtags, links, mentions
from socialcopy.platforms.registry import api_text, counted, faults, fits, length, named_in, rules
from socialcopy.platforms.rules import Fact, PlatformRules, Unit, Verdict

__all__ = [
    "Fact",
    "PlatformRules",
    "Unit",
    "Verdict",
    "api_text",
    "counted",
    "faults",
    "fits",
    "hashtags",
    "length",
    "links",
    "mentions",
    "named_in",
    "rules",
]
