"""Two processes that render the PDFs of a lot: by our job, or by Odoo's own report path.

Run as a program, this file is one of them. For each line on standard input a worker of ours runs
the engine's render job until nothing is left; one of Odoo's makes the page of each of its
documents by QWeb and gives it to ``ir.actions.report``, which starts wkhtmltopdf.
"""

import json
import subprocess
import sys

from .pdf_workers import WORKERS, count_pages, html_of

OURS, CORE = "ours", "core"


class Workers:
    """Processes of this file, kept between the rounds.

    :param documents: ids; Odoo's workers share them, our job finds what has no PDF
    """

    def __init__(self, kind, database, documents):
        self.processes = [
            subprocess.Popen(
                [sys.executable, "-m", __spec__.name, kind, database,
                 json.dumps(documents[number::WORKERS])],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for number in range(WORKERS)
        ]  # fmt: skip
        for process in self.processes:
            self._answer(process)

    def start(self):
        """Begin a round."""
        for process in self.processes:
            process.stdin.write("\n")
            process.stdin.flush()

    def finish(self):
        """Wait for the end of the round; what each worker says of it."""
        return [self._answer(process) for process in self.processes]

    def run(self):
        self.start()
        return self.finish()

    def close(self):
        for process in self.processes:
            process.stdin.close()
        for process in self.processes:
            process.wait(timeout=60)

    @staticmethod
    def _answer(process):
        for line in process.stdout:
            if line.startswith("bench:"):
                return json.loads(line.removeprefix("bench:"))
        raise RuntimeError("a worker ended")


def _render_ours(registry, _documents):
    """The engine's job, as the scheduler calls it."""
    from . import odoo_env

    with registry.cursor() as cr:
        env = odoo_env.environment(cr)
        env["bde.document"]._cron_render()
        cr.commit()
    return []


def _render_core(registry, documents):
    from . import odoo_env

    with odoo_env.rolled_back(registry) as env:
        report = env["ir.actions.report"]
        pages = []
        for document in env["bde.document"].browse(documents):
            for batch in document._as_engine():
                pdf = report._run_wkhtmltopdf([html_of(batch.version_id)])
                pages.append(count_pages(pdf))
        return pages


def _work(kind, database, documents):
    from . import odoo_env

    registry = odoo_env.load_registry(database)
    render = {OURS: _render_ours, CORE: _render_core}[kind]
    _say("ready")
    for _line in sys.stdin:
        _say(render(registry, json.loads(documents)))


def _say(answer):
    print(f"bench:{json.dumps(answer)}", flush=True)


if __name__ == "__main__":
    _work(*sys.argv[1:])
