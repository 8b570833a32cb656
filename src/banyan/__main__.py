"""`python -m banyan` is the same as `banyan`."""

from banyan.config.cli import main

main()
