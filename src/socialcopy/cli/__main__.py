"""`python -m socialcopy.cli`, for the processes that `socialcopy up` starts."""

from socialcopy.cli import main

main()
