"""The command `socialcopy`. Imports of Prefect, boto3 and the engine wait until they are needed."""


def main() -> None:
    """Run what the command line says."""
    # Here: parts of the stack are of this package too, and would load every command with it.
    from socialcopy.cli.part import without_garbage

    with without_garbage():
        from socialcopy.cli.run import main as run_main

    run_main()
