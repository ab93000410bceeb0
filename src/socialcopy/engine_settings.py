"""Settings of the embedded engine."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, NonNegativeFloat, PositiveFloat, PositiveInt
from pydantic_settings import NoDecode

from socialcopy.environment import (
    MEGABYTE,
    Bytes,
    Count,
    Networks,
    Seconds,
    Settings,
    StateUrl,
    Words,
    split_words,
)

Scope = Literal["read", "write", "upload", "*"]


class EngineSettings(Settings, env_prefix="ENGINE_"):
    """The embedded engine."""

    state_url: StateUrl | None = None
    """Where `socialcopy engine` keeps sessions, files, queue and credits: a bucket, or a prefix of
    one, that any number of engines share, with `S3_…` saying how to get there; none means this
    machine's data folder."""

    lease_seconds: Seconds = 30
    """With a shared state: how long an engine may be silent before others take over its work."""

    keep_days: Annotated[NonNegativeFloat, Field(le=3_650)] = 30
    """Days after which a session or a render job that nothing was written to is deleted with its
    files; 0 keeps all. Whoever asks for one later is told that it has ended (code 1002)."""

    drain_seconds: Annotated[NonNegativeFloat, Field(le=3_600)] = 0
    """After SIGTERM: how long `/readyz` says no while what is in hand is finished; the rest is left
    to other engines, or to the next start."""

    heartbeat_seconds: Seconds = 5
    """Wait between two heartbeats on the event stream."""

    concurrency: Annotated[PositiveInt, Field(le=256)] | None = None
    """Messages worked on at the same time; none means two for each core, as far as memory goes."""

    max_waiting: Count = 100
    """Messages that may wait besides; one more is answered with 429 and Retry-After, uncharged."""

    preload: bool = False
    """Whether the speech model is loaded at the start instead of by the first video; `/readyz`
    answers 503 until it is there."""

    max_upload_bytes: Bytes = 500 * MEGABYTE
    """Largest file accepted; a larger one is answered with code 4002."""

    url_hosts: Words = ()
    """`host:port` pairs that an upload by URL may fetch from; empty refuses every URL."""

    url_networks: Networks = ()
    """Private networks, such as 10.0.0.0/8, that the names among them may lead into; without one a
    name has to be public, so that nobody can turn it inside."""

    grant_credits: Count = 100
    """Credits an anonymous token starts with."""

    message_cost_credits: Count = 0
    """Credits one message costs; zero, since the machine is yours."""

    charge_per: Literal["message", "session"] = "message"
    """`session` charges the first message of each session only (NemoVideo: about 50 a session)."""

    token_lifetime_days: Annotated[PositiveFloat, Field(le=3_650)] = 7
    """Days a token is valid."""

    token_scopes: Annotated[tuple[Scope, ...], NoDecode, BeforeValidator(split_words)] = (
        "read",
        "write",
        "upload",
    )
    """What an anonymous token may do (NemoVideo's, since its 1.8; before `*`). An export asks for
    `write` like any message: documents name a scope `render`, and let tokens without it export."""

    tokens_per_client: Count = 0
    """Anonymous tokens one client id gets in seven days (NemoVideo: 1); zero means no limit."""

    tokens_per_address: Count = 0
    """Anonymous tokens one IP address gets in seven days (NemoVideo: 10); zero means no limit."""

    allowed_hosts: Words = ("127.0.0.1", "localhost")
    """Values of the `Host` header that are answered; others are refused, against DNS rebinding."""
