"""The settings over the real store, and the service it asks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from socialcopy.cli.local import LocalPipeline
from socialcopy.pipeline.context import Context
from socialcopy.settings import (
    DataSettings,
    EngineSettings,
    MediaSettings,
    NemoVideoSettings,
    S3Settings,
    SpeechSettings,
    WatchSettings,
)


def make_context(
    data: DataSettings,
    store: S3Settings,
    bucket: str,
    *,
    nemo: NemoVideoSettings | None = None,
    engine: EngineSettings | None = None,
    media: MediaSettings | None = None,
    watch: WatchSettings | None = None,
) -> Context:
    """The settings a test is about; all others are what a user gets."""
    return Context(
        data=data,
        s3=store.model_copy(update={"bucket": bucket}),
        nemo=nemo or NemoVideoSettings(),
        engine=engine or EngineSettings(),
        speech=SpeechSettings(),
        media=media or MediaSettings(),
        watch=watch or WatchSettings(),
    )


@contextmanager
def served(context: Context) -> Iterator[LocalPipeline]:
    """The settings with their bucket made and its service running."""
    context.bucket.ensure()
    with context.service() as api_url:
        yield LocalPipeline(context, api_url)
