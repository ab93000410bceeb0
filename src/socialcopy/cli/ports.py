"""Ports of the stack's parts: those that somebody chose, else the usual ones, else free ones."""

from __future__ import annotations

from collections.abc import Callable

from socialcopy.cli.errors import CommandError
from socialcopy.models import Value
from socialcopy.storage.embedded_server import DEFAULT_PORT, free_port, is_free

STORE, ENGINE, PREFECT, PAGES = "S3 store", "engine", "Prefect server", "review pages"
# Each part's field of `Ports`, and the port it usually has.
USUAL = {
    STORE: ("store", DEFAULT_PORT),
    ENGINE: ("engine", 8390),
    PREFECT: ("prefect", 4200),
    PAGES: ("pages", 8391),
}


class Ports(Value):
    """Ports that somebody chose; none means the usual one, or a free one where that is taken."""

    store: int | None = None
    engine: int | None = None
    prefect: int | None = None
    pages: int | None = None


def choose(part: str, ports: Ports, say: Callable[[str], None]) -> int:
    """Choose the port of a part. Raises CommandError for a chosen one that is not free."""
    field, usual = USUAL[part]
    chosen: int | None = getattr(ports, field)
    if chosen is not None and not is_free(chosen):
        raise CommandError(
            f"port {chosen} is in use; give --{field}-port another one, or leave it out"
        )
    if chosen is not None or is_free(usual):
        return chosen or usual
    other = free_port()
    say(f"port {usual} is in use; the {part} takes {other}")
    return other
