"""Credits and links."""

from __future__ import annotations

from typing import Any

from prefect import flow, get_run_logger

from tasks.refine import read_account
from tasks.runtime.service import connected


@flow(name="account-status", flow_run_name="account")
async def account_status() -> dict[str, Any]:
    """Say which service is used, as whom, how many credits there are and where more come from."""
    with connected() as api_url:
        found = await read_account(api_url)
    balance = "local: free" if found["is_free"] else f"{found['available']} credits available"
    get_run_logger().info("%s; %s", balance, found["advice"])
    return found
