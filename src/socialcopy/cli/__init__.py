"""The command `socialcopy`. Imports of Prefect, boto3 and the engine wait until they are needed."""


def main() -> None:
    """Run what the command line says."""
    # Here: Prefect's server is of this package too, and would load every command with it.
    from socialcopy.cli.run import main as run_main

    run_main()
