"""A workshop over the real store, and the service it asks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from socialcopy.cli.oneoff import Place
from socialcopy.service import service
from socialcopy.settings import (
    DataSettings,
    EngineSettings,
    MediaSettings,
    NemoVideoSettings,
    S3Settings,
    SpeechSettings,
    WatchSettings,
)
from socialcopy.stages.workshop import Workshop


def workshop(
    data: DataSettings,
    store: S3Settings,
    bucket: str,
    *,
    nemo: NemoVideoSettings | None = None,
    engine: EngineSettings | None = None,
    media: MediaSettings | None = None,
    watch: WatchSettings | None = None,
) -> Workshop:
    """The settings a test is about; all others are what a user gets."""
    return Workshop(
        data=data,
        s3=store.model_copy(update={"bucket": bucket}),
        nemo=nemo or NemoVideoSettings(),
        engine=engine or EngineSettings(),
        speech=SpeechSettings(),
        media=media or MediaSettings(),
        watch=watch or WatchSettings(),
    )


@contextmanager
def served(shop: Workshop) -> Iterator[Place]:
    """The workshop with its bucket made and its service running."""
    shop.bucket.ensure()
    with service(shop.nemo, shop.engine, shop.speech, shop.media, shop.data) as api_url:
        yield Place(shop, api_url)
