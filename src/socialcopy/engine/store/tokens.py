"""Who is asking: anonymous tokens, their users, and tokens that only open links."""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from socialcopy.engine.errors import Refusal
from socialcopy.engine.store.credits import Ledger
from socialcopy.engine.store.documents import Documents
from socialcopy.engine_settings import EngineSettings, Scope
from socialcopy.environment import DAY_SECONDS
from socialcopy.json_files import ANY_OBJECT, Shape
from socialcopy.nemovideo.schemas import JSON

QUOTA_SECONDS = 7 * DAY_SECONDS
CLAIM_SECONDS = 7 * DAY_SECONDS
# What the vendor accepts: any stable string of at most 64 characters.
CLIENT_ID = re.compile(r"[!-~]{1,64}")

IDENTITY = Shape(
    {"user_id": str, "expires_at": (int, float)},
    "Delete it; whoever holds the token it is about asks for another one",
)
ISSUED = Shape(
    {"at": (int, float), "client": str, "address": str},
    "Delete the file; it counts the anonymous tokens of the last seven days",
)
SERVICE = Shape(
    {"service_id": str},
    "Delete it; the engine then is another service, and clients ask for new tokens",
)


def service_id(documents: Documents) -> str:
    """Return the name of an engine: that of its data, whatever port it listens on."""
    made = {"service_id": secrets.token_hex(16)}
    return documents.create("service.json", made, SERVICE)["service_id"]


@dataclass(frozen=True)
class Identities:
    """Tokens and users. Tokens are kept as hashes: what is stored gives nobody access."""

    documents: Documents
    settings: EngineSettings
    ledger: Ledger
    now: Callable[[], float] = time.time

    def issue(self, client_id: str, address: str) -> JSON:
        """Issue a new token, which is a new user too."""
        if not CLIENT_ID.fullmatch(client_id):
            raise Refusal.BAD_REQUEST.error(
                "X-Client-Id is missing, or not 1 to 64 printable characters"
            )
        self._count(client_id, address)
        # The vendor's own prefix: clients tell the kinds of token apart by it.
        token = f"nmv_usr_{secrets.token_urlsafe(32)}"
        user_id = f"anon_{secrets.token_hex(8)}"
        expires_at = self.now() + self.settings.token_lifetime_days * DAY_SECONDS
        scopes = list(self.settings.token_scopes)
        identity = {"user_id": user_id, "expires_at": expires_at, "scopes": scopes}
        self.documents.create(_name(token), identity, IDENTITY)
        self.ledger.grant(user_id, self.settings.grant_credits)
        return {
            "token": token,
            "user_id": user_id,
            "credits": self.settings.grant_credits,
            "expires_at": datetime.fromtimestamp(expires_at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }

    def _count(self, client_id: str, address: str) -> None:
        """Keep the allowances per client and address, where there are any."""
        allowed = {
            "client": (_digest(client_id), self.settings.tokens_per_client),
            "address": (address, self.settings.tokens_per_address),
        }
        who_asks = {kind: who for kind, (who, _) in allowed.items()}

        def count(entries: list[JSON]) -> JSON:
            since = self.now() - QUOTA_SECONDS
            recent = [entry for entry in entries if entry["at"] > since]
            for kind, (who, most) in allowed.items():
                if most and sum(entry[kind] == who for entry in recent) >= most:
                    raise Refusal.TOO_MANY.error(
                        f"This {kind} has had its tokens for these seven days",
                    )
            return {"at": self.now(), **who_asks}

        self.documents.append("identities/issued.jsonl", ISSUED, count)

    def user_of(self, authorization: str, scope: Scope) -> str:
        """Find the user behind an `Authorization` header, who may do what is asked.

        Raises RefusalError, also for a token that is good for other things.
        """
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Refusal.UNKNOWN_TOKEN.error("A bearer token is required")
        # Looking up a hash leaks nothing about the token through timing.
        identity = self.documents.read(_name(token.strip()), IDENTITY)
        if identity is None or identity["expires_at"] <= self.now():
            raise Refusal.UNKNOWN_TOKEN.error("The token is unknown or expired")
        if not {scope, "*"} & set(identity.get("scopes", ["*"])):
            raise Refusal.MISSING_SCOPE.error(f"This token has no scope `{scope}`")
        return identity["user_id"]

    def issue_claim(self, user_id: str, session_id: str) -> JSON:
        """Issue a token that opens one project in a browser; as a bearer token it is unknown."""
        token = f"clm_{secrets.token_urlsafe(32)}"
        claim = {
            "user_id": user_id,
            "session_id": session_id,
            "expires_at": self.now() + CLAIM_SECONDS,
        }
        self.documents.create(f"identities/claims/{_digest(token)}.json", claim, ANY_OBJECT)
        return {"claim_token": token, "expires_in": CLAIM_SECONDS}


def _name(token: str) -> str:
    return f"identities/tokens/{_digest(token)}.json"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
