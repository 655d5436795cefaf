"""Odoo in processes of their own, of which each takes a moment to begin.

    with Forked(database) as odoo:
        odoo.run("tests.faults.convention_in_odoo", "picture")
        step = odoo.start("tests.faults.convention_in_odoo", "slowly")
        assert step.line() == "locked"
        step.write("go")
        assert step.result() == 3

One process loads Odoo and the models of the database once; each step is a fork of it: a process
that has its own transactions and really dies. A step is a function of a module,
``step(env, *arguments)`` with the arguments as strings; what it returns comes back by JSON, what
it prints before are the lines.
"""

import contextlib
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 180  # seconds for a line or an end


class Forked:
    """Begins with the first step, for that costs some seconds; ended by ``with``."""

    def __init__(self, database, space=None):
        from tools import testing

        self.database = database
        self.space = space or testing.environment()
        self._folder = tempfile.TemporaryDirectory(prefix="bde-forked-")
        self._process = None

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        if self._process:
            self._process.kill()
            self._process.communicate()
        self._folder.cleanup()

    def start(self, module, step, *arguments):
        """A step that begins: a :class:`Step`."""
        self._load()
        return Step(self._address, module, step, [str(one) for one in arguments])

    def run(self, module, step, *arguments):
        """What a step returns that ends well."""
        return self.start(module, step, *arguments).result()

    @property
    def _address(self):
        return str(Path(self._folder.name) / "odoo")

    def _load(self):
        if self._process:
            return
        self._process = subprocess.Popen(
            [str(self.space.python), "-m", "tests.forked", self.database, self._address],
            cwd=ROOT, env=self.space.env, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        if self._process.stdout.readline() != "ready\n":
            raise RuntimeError(self._process.communicate()[1][-3000:])


class Step:
    """A process that does one thing. ``code`` is its return code once it ended."""

    def __init__(self, address, module, step, arguments):
        self.code = None
        self._name = f"{module}.{step}"
        self._errors = tempfile.NamedTemporaryFile("r", prefix="bde-forked-")
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(PATIENCE)
        self._socket.connect(address)
        self._lines = self._socket.makefile("r")
        self.write(json.dumps([module, step, arguments, self._errors.name]))
        self.pid = int(self.line())

    def line(self):
        """The next line that it prints."""
        return self._lines.readline().rstrip("\n")

    def write(self, line):
        self._socket.sendall(f"{line}\n".encode())

    def wait(self):
        """Its return code, -9 where it was killed."""
        if self.code is None:
            *self._said, code = self._lines.read().splitlines()
            self.code = int(code)
            self._socket.close()
        return self.code

    def result(self):
        """What it returns."""
        assert self.wait() == 0, f"{self._name}: {self.errors()}"
        return json.loads(self._said[-1])

    def errors(self):
        return self._errors.read()[-3000:]

    def kill(self):
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)


# ------------------------------------------------------------
# The process that is forked
# ------------------------------------------------------------


def main(database, address):
    """Loads the models, then forks for whoever connects; ends with who started it."""
    import odoo
    from odoo.modules.registry import Registry
    from odoo.tools import config

    config.parse_config(
        ["-c", os.environ["BDE_ODOO_CONF"], "-d", database, "--no-http"], setup_logging=False
    )
    registry = Registry(database)
    # each step reads what stands in the database when it begins, by a connection of its own
    registry.clear_all_caches()
    registry.cache_invalidated.clear()
    odoo.sql_db.close_all()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen()
        print("ready", flush=True)
        while True:
            ready, _, _ = select.select([listener, sys.stdin], [], [])
            if sys.stdin in ready:
                return
            connection, _ = listener.accept()
            if not os.fork():
                listener.close()
                _watch(connection, registry)
            connection.close()


def _watch(connection, registry):
    """Forks the step, and says at the end of its lines how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    # unbuffered: what follows the first line is for the step
    request = json.loads(connection.makefile("rb", buffering=0).readline())
    pid = os.fork()
    if not pid:
        _act(connection, registry, *request)
    _pid, status = os.waitpid(pid, 0)
    connection.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def _act(connection, registry, module, step, arguments, errors):
    import odoo

    code = 1
    try:
        os.dup2(connection.fileno(), 0)
        os.dup2(connection.fileno(), 1)
        os.dup2(os.open(errors, os.O_WRONLY), 2)
        print(os.getpid(), flush=True)
        with registry.cursor() as cr:
            env = odoo.api.Environment(cr, odoo.SUPERUSER_ID, {})
            result = getattr(importlib.import_module(module), step)(env, *arguments)
        print(json.dumps(result), flush=True)
        code = 0
    except BaseException:  # pylint: disable=broad-except
        traceback.print_exc()
    os._exit(code)


if __name__ == "__main__":
    main(*sys.argv[1:])
