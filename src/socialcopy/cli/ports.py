"""Ports of the stack's parts: those that somebody chose, else the usual ones, else free ones."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from typing import TypeVar

from socialcopy.cli.errors import CommandError
from socialcopy.models import Value
from socialcopy.storage.embedded_server import DEFAULT_PORT, free_port

STORE, ENGINE, PREFECT, PAGES = "S3 store", "engine", "Prefect server", "review pages"
# Each part's field of `Ports`, and the port it usually has.
USUAL = {
    STORE: ("store", DEFAULT_PORT),
    ENGINE: ("engine", 8390),
    PREFECT: ("prefect", 4200),
    PAGES: ("pages", 8391),
}

Bound = TypeVar("Bound")


class Ports(Value):
    """Ports that somebody chose; none means the usual one, or a free one where that is taken."""

    store: int | None = None
    engine: int | None = None
    prefect: int | None = None
    pages: int | None = None


def take(
    part: str,
    ports: Ports,
    bind: Callable[[int], AbstractContextManager[Bound]],
    opened: ExitStack,
    say: Callable[[str], None],
) -> Bound:
    """Bind the port of a part until all that is `opened` ends; what `bind` gives for it.

    Binding tells whether it is free: between a look and the binding somebody else may come. Raises
    CommandError for a chosen one that is not free.
    """
    field, usual = USUAL[part]
    chosen: int | None = getattr(ports, field)
    port = wanted = chosen or usual
    while True:
        try:
            bound = opened.enter_context(bind(port))
        except OSError:
            if chosen is not None:
                raise CommandError(
                    f"port {chosen} is in use; give --{field}-port another one, or leave it out"
                ) from None
            port = free_port()
            continue
        if port != wanted:
            say(f"port {wanted} is in use; the {part} takes {port}")
        return bound
