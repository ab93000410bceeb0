"""What each network accepts: limits with units and sources, counting, video specs, safe zones."""

from socialcopy.platforms.counting import hashtags as hashtags
from socialcopy.platforms.counting import links as links
from socialcopy.platforms.counting import mentions as mentions
from socialcopy.platforms.registry import api_text as api_text
from socialcopy.platforms.registry import counted as counted
from socialcopy.platforms.registry import faults as faults
from socialcopy.platforms.registry import fits as fits
from socialcopy.platforms.registry import length as length
from socialcopy.platforms.registry import named_in as named_in
from socialcopy.platforms.registry import rules as rules
from socialcopy.platforms.rules import Unit as Unit
