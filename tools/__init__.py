"""The code of the ``bde`` command: set-up, start, test and benchmarks."""
