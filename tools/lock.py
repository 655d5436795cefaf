"""Rewrite the lock files from the .in files: ``python3 tools/lock.py``.

Needs the ``uv`` program. The locks hold for Python 3.10 and later on every platform,
with the sums of every file; they name no package registry.
"""

import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
COMMAND = [
    "uv", "pip", "compile", "--universal", "--python-version", "3.10", "--generate-hashes",
    "--no-emit-index-url", "--no-annotate", "--no-header", "--quiet", "--upgrade",
]  # fmt: skip


def main():
    subprocess.run([*COMMAND, "requirements.in", "-o", "requirements.lock"], cwd=HERE, check=True)
    # The tests' lock holds the server's packages too, in the same versions.
    subprocess.run(
        [*COMMAND, "requirements-test.in", "-c", "requirements.lock", "-o",
         "requirements-test.lock"],
        cwd=HERE, check=True,
    )  # fmt: skip


if __name__ == "__main__":
    main()
