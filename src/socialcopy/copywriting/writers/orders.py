"""What one network's post is made for: its room, what it likes, and what the brief adds to it."""

from __future__ import annotations

from socialcopy.copywriting.briefs.ceilings import Ceiling
from socialcopy.copywriting.briefs.wishes import Size
from socialcopy.models import Platform, Value
from socialcopy.platforms import fits, rules
from socialcopy.platforms.rules import PostStyle


class Order(Value):
    """What a post is made for."""

    platform: Platform
    account: str = ""
    size: Size = Size.USUAL
    is_punchy: bool = False
    ceiling: Ceiling = Ceiling()
    tags: tuple[str, ...] = ()
    link: str = ""
    """The brief's link, where the network's posts have one; the ending ends with it."""
    ending: str = ""
    """The brief's call to action and link; it takes the place of a closing of ours."""
    opening: str = ""
    """A sentence of the customer's that stands first."""
    lines: tuple[str, ...] = ()
    """Sentences of the customer's that stand behind what was said."""
    closing: str = ""
    """A sentence of the customer's that stands last, before the link."""

    @property
    def style(self) -> PostStyle:
        """How the network's posts are."""
        return rules(self.platform, self.account).post

    @property
    def fold(self) -> int:
        """How much is seen before a tap, in the network's unit."""
        network = rules(self.platform, self.account)
        return min(self.most, (network.fold or network.text_limit).value)

    @property
    def most(self) -> int:
        """The longest text, in the network's unit."""
        limit = rules(self.platform, self.account).text_limit.value
        return min(limit, self.ceiling.characters or limit)

    @property
    def sentences(self) -> int:
        """How many sentences beside the opening one."""
        wanted = Size.LONG if self.account and self.size is Size.USUAL else self.size
        return self.style.sentences[wanted.value]

    def fits(self, text: str) -> bool:
        """Tell whether the network accepts a text of this length, and the customer does."""
        return fits(self.platform, text, self.account) and self.ceiling.allows(self.platform, text)
