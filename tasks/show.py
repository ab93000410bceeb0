"""Captions where a run is looked at."""

from __future__ import annotations

from prefect.artifacts import acreate_markdown_artifact

from socialcopy.copywriting.artifact import captions_markdown
from socialcopy.models import Claim, Copy


async def show_captions(claim: Claim, copy: Copy, standing: str) -> None:
    """Make them an artifact of the run; shown again, they are its next version."""
    await acreate_markdown_artifact(
        markdown=captions_markdown(copy.captions),
        key=f"captions-{claim.oid}",
        description=f"Captions of {claim.source.key}, {standing}",
    )
