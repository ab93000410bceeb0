"""The command `socialcopy`. Imports of Prefect, boto3 and the engine wait until they are needed."""

from socialcopy.cli.run import main

__all__ = ["main"]
