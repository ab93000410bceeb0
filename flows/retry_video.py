"""Another try for a parked or rejected video."""

from __future__ import annotations

from prefect import flow

from socialcopy.models import Oid
from tasks.retry import reopen


@flow(name="retry-video", flow_run_name="retry-{oid}")
async def retry_video(oid: Oid, send_again: bool = False) -> str:  # noqa: FBT001, FBT002  (Prefect passes it by name)
    """Let a parked or rejected video be tried again, as `socialcopy retry` does.

    Args:
        oid: the id of the job, as its reason.json, `socialcopy status` or a report shows it
        send_again: also send a paid request of unknown outcome once more; it may charge twice
    """
    return await reopen(oid, send_again=send_again)
