"""What the command says: steps, remarks, and failures told in one sentence."""

import contextlib
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor


class BdeError(Exception):
    """A failure that the user can act on: its text is one French sentence."""


_thread = threading.local()  # the lane of this thread, if it is in one


def say(text=""):
    """Print one line at once, even through a pipe."""
    print(text, flush=True)


def note(text):
    """Print a remark under the current step."""
    lane = getattr(_thread, "lane", "")
    say(f"    {lane} : {text}" if lane else f"    {text}")


def side_by_side(jobs, at_once):
    """Do several things at the same time, each in a thread whose remarks bear its name.

    :param dict jobs: {name: function without arguments}, begun in this order
    :param int at_once: how many run at a time; whoever ends takes the next one
    :return: {name: what the function returned}
    :raise: what the first of them raised, once all have ended
    """

    def run(name, job):
        _thread.lane = name
        return job()

    with ThreadPoolExecutor(at_once) as pool:
        started = {name: pool.submit(run, name, job) for name, job in jobs.items()}
    return {name: future.result() for name, future in started.items()}


@contextlib.contextmanager
def step(title):
    """Announce a step, show that it lives, and say how long it took.

    On a terminal the elapsed seconds tick on the line; through a pipe, or beside other
    steps, a line is printed now and then, so that a log never looks stuck.
    """
    start = time.monotonic()
    say(f"==> {title}")
    done = threading.Event()
    lane = getattr(_thread, "lane", "")
    ticker = threading.Thread(target=_tick, args=(done, start, lane), daemon=True)
    ticker.start()
    try:
        yield
    finally:
        done.set()
        ticker.join()
    elapsed = time.monotonic() - start
    if elapsed >= 1:
        note(f"fait en {elapsed:.0f} s")


def _tick(done, start, lane):
    _thread.lane = lane
    tty = sys.stdout.isatty() and not lane
    while not done.wait(1 if tty else 60 if lane else 30):
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
