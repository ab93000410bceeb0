"""Where the work is done: the configured service, or our own engine. The only `if` about it."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from socialcopy.settings import (
    DataSettings,
    EngineSettings,
    MediaSettings,
    NemoVideoSettings,
    SpeechSettings,
)


@contextmanager
def service(
    nemo: NemoVideoSettings,
    engine: EngineSettings,
    speech: SpeechSettings,
    media: MediaSettings,
    data: DataSettings,
) -> Generator[str]:
    """Yield the service's base URL; an engine of our own lives as long as the block."""
    if nemo.api_url is not None:
        yield str(nemo.api_url).rstrip("/")
        return
    # Runs of a flow come by here that have a service; loading the engine takes half a second.
    from socialcopy.engine.api.app import create_app  # noqa: PLC0415 - see above
    from socialcopy.engine.api.server import serve  # noqa: PLC0415 - see above

    with serve(create_app(engine, speech, media, data)) as url:
        yield url
