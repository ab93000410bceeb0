"""A claimed video on its way through the steps, with what was read of it on the way."""

from __future__ import annotations

import copy
from functools import cached_property
from pathlib import Path

from socialcopy import keys
from socialcopy.models import Brief, Claim
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.policies import policies_of
from socialcopy.policies import Policies, Policy
from socialcopy.storage.claims import Lease
from socialcopy.storage.delivery_files import DeliveryFolder
from socialcopy.storage.journal import Journal


class Job:
    """What every step needs of one video: settings, claim, lease, journal and delivery folder.

    It belongs to one process and one attempt. Between processes only its `claim` is handed on.
    """

    def __init__(self, context: Context, lease: Lease, policies: Policies | None = None) -> None:
        self.context = context
        self.bucket = lease.bucket
        self.lease = lease
        self.claim = lease.claim
        """With the brief that is worked by, which may say more than the one that was claimed."""
        self.source = lease.claim.source
        self.key = lease.claim.source.key
        self.oid = lease.claim.oid
        self.journal = Journal(lease)
        self.folder = DeliveryFolder(lease, self.journal)
        if policies:
            self.policies = policies

    @classmethod
    def resume(cls, context: Context, claim: Claim) -> Job:
        """Make the job of a claim that was handed on; everything is read anew."""
        return cls(context, Lease(context.bucket, claim))

    def with_brief(self, brief: Brief) -> Job:
        """Return the same job, worked on by another brief."""
        other = copy.copy(self)
        other.claim = self.claim.model_copy(update={"brief": brief})
        return other

    @property
    def outcome_keys(self) -> tuple[str, str, str]:
        """Where a manifest, a rejection and what is said of a parked job would be."""
        named = (self.key, self.oid)
        manifest = keys.manifest(self.claim.delivery_prefix)
        return manifest, keys.rejection(*named), keys.parking(*named)

    @property
    def work_folder(self) -> Path:
        """Where the job keeps its files on this machine while it is worked on."""
        return self.context.work_folder(self.claim)

    @cached_property
    def policies(self) -> Policies:
        """The bucket's policies, as they stood when this attempt first asked. Raises PolicyError.

        What can't be undone (a payment, a deletion) goes by those of that moment instead.
        """
        return policies_of(self.bucket)

    @property
    def policy(self) -> Policy:
        """The policy of the video's prefix."""
        return self.policies.of(self.key)
