"""Bearer tokens: the one that was given, else the cached one, else a new anonymous one.

A new anonymous token is a new identity: every session of the old one is lost to it. So a token is
kept as long as it lives, older ones too while they live; and none is minted because credits or
requests ran out. The cache is encrypted; its key lies beside it, readable by its owner only, so
it protects a copied or leaked cache file, not an account somebody has taken over.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from filelock import FileLock
from pydantic import SecretStr

from socialcopy import local_files
from socialcopy.local_files import FILE_MODE, CorruptFileError
from socialcopy.models import Value
from socialcopy.nemovideo.cooldown import Cooling
from socialcopy.nemovideo.errors import (
    NemoVideoError,
    RateLimitError,
    ServerError,
)
from socialcopy.nemovideo.schemas import ServiceIdentity, TokenGrant
from socialcopy.nemovideo.transport import call_for_data, is_loopback, open_client, read
from socialcopy.settings import NemoVideoSettings

log = logging.getLogger(__name__)

# Used when the service does not say; newer documents leave `expires_at` out.
ASSUMED_LIFETIME_SECONDS = 7 * 86_400

# The allowance is for seven days, so asking sooner again only annoys.
QUOTA_PAUSE_SECONDS = 3_600.0

NEW_IDENTITY = (
    "Delete it, and the .tokens files beside it; this machine then gets a token of a new identity, "
    "to which sessions of the old one, and what is left of its credits, are lost"
)
CLIENT_ID = re.compile(r"[!-~]{1,64}")

# Longer than one request for a token may take.
LOCK_SECONDS = 150


class Grant(Value):
    """An anonymous token, whose it is, and until when it lives."""

    token: SecretStr
    user_id: str = ""
    """`anon_…`, where the service says so."""
    expires_at: float
    """Unix seconds."""


def request_anonymous_token(api_url: str, client_id: str) -> TokenGrant:
    """Ask the service for a free token; it allows one per client id in seven days."""
    doing = "get an anonymous token"
    with open_client(api_url) as http:
        data = call_for_data(
            http, "POST", "/api/auth/anonymous-token", doing, headers={"X-Client-Id": client_id}
        )
    return read(TokenGrant, data, doing)


def service_name(api_url: str) -> str:
    """Name a service to keep its tokens under: as an engine of ours states, else by its URL.

    An engine comes back on another port and is the same service still. Only a service on this
    machine is asked; elsewhere a URL is what people mean by a service.
    """
    url = api_url.rstrip("/")
    if not is_loopback(url):
        return url
    doing = "ask the service who it is"
    with open_client(url) as http:
        try:
            # NemoVideo documents no such path; a refusal leaves the URL as the name.
            data = call_for_data(http, "GET", "/api/service", doing)
            return f"engine {read(ServiceIdentity, data, doing).service_id}"
        except NemoVideoError as answer:
            if answer.__cause__ is not None or isinstance(answer, ServerError):
                raise  # it is away, and will be back under its name
            return url


class TokenStore:
    """The tokens kept in one data folder, shared by every process that uses it."""

    def __init__(
        self, data_dir: Path, settings: NemoVideoSettings, *, now: Callable[[], float] = time.time
    ) -> None:
        self._settings = settings
        self._folder = data_dir / "nemovideo"
        local_files.private_folder(self._folder)
        self._now = now
        self._lock = FileLock(self._folder / "tokens.lock", timeout=LOCK_SECONDS, mode=FILE_MODE)
        self.client_id = settings.client_id or self._kept_client_id()

    def token(self, api_url: str, *, user_id: str = "", min_life_seconds: float = 0) -> SecretStr:
        """Return the token to use now; ask for one only when no kept one lives long enough.

        `user_id` asks for the token of that identity while it lives, to go on with a session it
        opened. Ask for `min_life_seconds` before a job starts, not during it.
        """
        if self._settings.token is not None:
            return self._settings.token
        cache = self._cache_for(api_url)
        found = self._kept(cache, user_id, min_life_seconds)
        if found is None:
            with self._lock:
                # Another process may have made the request while this one waited.
                found = self._kept(cache, user_id, min_life_seconds) or self._mint(api_url, cache)
        return found.token

    def replace(self, api_url: str, refused: SecretStr) -> SecretStr:
        """Return the token to use after `refused` got a 1001: a newer one, made if need be.

        A token that was given to us cannot be replaced, and is returned again.
        """
        if self._settings.token is not None:
            return self._settings.token
        cache = self._cache_for(api_url)
        with self._lock:
            kept = [grant for grant in self._load(cache) if grant.token != refused]
            self._save(cache, kept)
            return kept[-1].token if kept else self._mint(api_url, cache).token

    def cooling(self, api_url: str) -> Cooling:
        """Return the pause that a service asked of this identity, shared by every process."""
        return Cooling(self._folder, self._cache_for(api_url).stem, now=self._now)

    def user_id(self, api_url: str) -> str:
        """Return whose token is used; empty for one that was given to us, or where nobody says."""
        grants = [] if self._settings.token else self._load(self._cache_for(api_url))
        return grants[-1].user_id if grants else ""

    def _cache_for(self, api_url: str) -> Path:
        # A hash, so that the file's name tells neither the service nor the client id.
        named = f"{service_name(api_url)}\n{self.client_id}"
        digest = hashlib.sha256(named.encode()).hexdigest()[:32]
        return self._folder / f"{digest}.tokens"

    def _kept(self, cache: Path, user_id: str, min_life_seconds: float) -> Grant | None:
        grants = self._load(cache)
        if user_id and any(grant.user_id == user_id for grant in grants):
            return next(grant for grant in grants if grant.user_id == user_id)
        needed = self._now() + min_life_seconds
        return next((grant for grant in reversed(grants) if grant.expires_at > needed), None)

    def _mint(self, api_url: str, cache: Path) -> Grant:
        reply = self._request(api_url, cache)
        if reply.expires_at is None:
            expires_at = self._now() + ASSUMED_LIFETIME_SECONDS
        else:
            stated = reply.expires_at
            expires_at = (stated if stated.tzinfo else stated.replace(tzinfo=UTC)).timestamp()
        grant = Grant(token=reply.token, user_id=reply.user_id, expires_at=expires_at)
        self._save(cache, [*self._load(cache), grant])
        log.debug("new anonymous token until %s", datetime.fromtimestamp(expires_at, UTC))
        return grant

    def _request(self, api_url: str, cache: Path) -> TokenGrant:
        """Ask for a token; after two refusals in a row nobody asks for an hour."""
        quota = Cooling(self._folder, f"{cache.stem}.quota", now=self._now)
        quota.require_no_pause()
        try:
            reply = request_anonymous_token(api_url, self.client_id)
        except RateLimitError as answer:
            seconds = answer.retry_after_seconds or QUOTA_PAUSE_SECONDS
            quota.begin(answer, seconds if quota.was_begun else 0)
            raise
        quota.end()
        return reply

    def _load(self, cache: Path) -> list[Grant]:
        """Load the living grants, oldest first. Raises CorruptFileError."""
        try:
            kept = local_files.read(cache, NEW_IDENTITY)
            plain = b"[]" if kept is None else self._fernet().decrypt(kept)
            grants = [Grant.model_validate(entry) for entry in json.loads(plain)]
        except (InvalidToken, ValueError, TypeError):
            cause = "it can't be decrypted with token.key beside it"
            raise CorruptFileError(str(cache), cause, NEW_IDENTITY) from None
        return [grant for grant in grants if grant.expires_at > self._now()]

    def _save(self, cache: Path, grants: list[Grant]) -> None:
        plain = json.dumps(
            [{**grant.model_dump(), "token": grant.token.get_secret_value()} for grant in grants]
        )
        local_files.write(cache, self._fernet().encrypt(plain.encode()))

    def _fernet(self) -> Fernet:
        path = self._folder / "token.key"
        key = local_files.create_once(path, Fernet.generate_key, NEW_IDENTITY)
        try:
            return Fernet(key)
        except ValueError as error:
            raise CorruptFileError(str(path), str(error), NEW_IDENTITY) from None

    def _kept_client_id(self) -> str:
        path = self._folder / "client_id"
        kept = local_files.create_once(path, lambda: str(uuid.uuid4()).encode(), NEW_IDENTITY)
        client_id = kept.decode(errors="replace").strip()
        if not CLIENT_ID.fullmatch(client_id):
            raise CorruptFileError(str(path), "it holds no client id", NEW_IDENTITY)
        return client_id
