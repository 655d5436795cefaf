"""What the command says: steps, remarks, and failures told in one sentence."""

import contextlib
import sys
import threading
import time


class BdeError(Exception):
    """A failure that the user can act on: its text is one French sentence."""


def say(text=""):
    """Print one line at once, even through a pipe."""
    print(text, flush=True)


def note(text):
    """Print a remark under the current step."""
    say(f"    {text}")


@contextlib.contextmanager
def step(title):
    """Announce a step, show that it lives, and say how long it took.

    On a terminal the elapsed seconds tick on the line; through a pipe a line is
    printed every 30 seconds, so that a log never looks stuck.
    """
    start = time.monotonic()
    say(f"==> {title}")
    done = threading.Event()
    ticker = threading.Thread(target=_tick, args=(done, start), daemon=True)
    ticker.start()
    try:
        yield
    finally:
        done.set()
        ticker.join()
    elapsed = time.monotonic() - start
    if elapsed >= 1:
        note(f"fait en {elapsed:.0f} s")


def _tick(done, start):
    tty = sys.stdout.isatty()
    while not done.wait(1 if tty else 30):
        elapsed = time.monotonic() - start
        if tty:
            print(f"\r    … {elapsed:.0f} s ", end="", flush=True)
        else:
            note(f"… {elapsed:.0f} s")
    if tty:
        print("\r" + " " * 20 + "\r", end="", flush=True)


def confirm(question):
    """Ask a yes/no question; without a terminal the answer is no."""
    if not sys.stdin or not sys.stdin.isatty():
        return False
    return input(f"{question} [o/N] ").strip().lower() in ("o", "oui", "y", "yes")
