"""Show a delivery in a browser, straight from the bucket."""

from __future__ import annotations

import time
import webbrowser
from urllib.parse import quote

from socialcopy import keys
from socialcopy.cli import output
from socialcopy.cli.review_server import link, secret_of, serving
from socialcopy.cli.stack import pages_of_running_stack
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.steps.earlier import earlier_delivery
from socialcopy.settings import S3Settings


def open_delivery(settings: S3Settings, name: str, *, in_browser: bool) -> None:
    """Show the newest delivery of a video; by the running stack, else by a server of our own.

    Raises NothingDeliveredError, which names the nearest key.
    """
    context = Context.from_environment().model_copy(update={"s3": settings})
    earlier = earlier_delivery(context, keys.key_of(name))
    path, data = f"/{quote(earlier.prefix)}", context.data
    running = pages_of_running_stack(data)
    if running:
        _show(link(running, secret_of(data), path), in_browser=in_browser)
        return
    with serving(settings, data) as url:
        _show(link(url, secret_of(data), path), in_browser=in_browser)
        output.err.print("Ctrl-C stops showing it.")
        while True:
            time.sleep(1)


def _show(address: str, *, in_browser: bool) -> None:
    if not in_browser or not webbrowser.open(address):
        output.out.print(address, markup=False, soft_wrap=True)
