"""Two workers that make the PDFs of conventions, and two that run raw wkhtmltopdf.

Run as a program, this file is one worker of ours: it makes conventions as the manager of a school
does, in a transaction that it never commits, and hands out their HTML. Then for each line on
standard input it renders them as the engine's job does (content → QWeb → PDF/A-3a) and answers
with the pages of each.
"""

import io
import json
import re
import subprocess
import sys
import threading
from pathlib import Path

WORKERS = 2
STATIC = re.compile(r"odoo:/*(\w+/static/[\w./ -]+)")
WKHTMLTOPDF = ("wkhtmltopdf", "--quiet", "--page-size", "A4", "--encoding", "utf-8")


class OurWorkers:
    """Processes of this file, one per school, kept between the rounds.

    :param schools: list of (id of a school, id of its manager)
    :param count: conventions that each worker makes and renders
    """

    def __init__(self, database, schools, count):
        module = __spec__.name
        self.processes = [
            subprocess.Popen(
                [sys.executable, "-m", module, database, str(school), str(manager), str(count)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for school, manager in schools
        ]
        self.html = [html for process in self.processes for html in self._answer(process)]

    def render(self):
        """Render all conventions; pages of each."""
        for process in self.processes:
            process.stdin.write("\n")
            process.stdin.flush()
        return [pages for process in self.processes for pages in self._answer(process)]

    def close(self):
        for process in self.processes:
            process.stdin.close()
            process.wait(timeout=30)

    @staticmethod
    def _answer(process):
        for line in process.stdout:
            if line.startswith("bench:"):
                return json.loads(line.removeprefix("bench:"))
        raise RuntimeError("a worker ended")


class WkhtmltopdfWorkers:
    """The yardstick: the program alone on files, two at a time, one start per document."""

    def __init__(self, folder, pages):
        from odoo.tools.misc import file_path

        self.files = []
        for number, html in enumerate(pages):
            # what our own renderer resolves itself
            html = STATIC.sub(lambda match: Path(file_path(match[1])).as_uri(), html)
            path = Path(folder) / f"{number}.html"
            path.write_text(html, encoding="utf-8")
            self.files.append(path)

    def render(self):
        """Turn each file into a PDF beside it."""
        queues = [self.files[number::WORKERS] for number in range(WORKERS)]
        threads = [threading.Thread(target=self._run, args=(queue,)) for queue in queues]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def pages(self):
        """Pages of each PDF made."""
        return [count_pages(path.with_suffix(".pdf").read_bytes()) for path in self.files]

    @staticmethod
    def _run(queue):
        for path in queue:
            command = [*WKHTMLTOPDF, "--enable-local-file-access", str(path)]
            result = subprocess.run(
                [*command, str(path.with_suffix(".pdf"))],
                capture_output=True,
                env={"QT_QPA_PLATFORM": "offscreen", "PATH": "/usr/local/bin:/usr/bin:/bin"},
            )
            if not path.with_suffix(".pdf").exists():
                raise RuntimeError(result.stderr.decode(errors="replace")[-300:])


def count_pages(pdf):
    """Pages of a PDF."""
    from pypdf import PdfReader

    return len(PdfReader(io.BytesIO(pdf)).pages)


def html_of(version):
    """The page of a version, as the engine gives it to its renderer."""
    return version.document_id._concrete_one()._document_html(version._content())


def missing_program():
    """Install wkhtmltopdf where root may; the reason why there is none, or an empty text."""
    import shutil
    import tempfile

    if shutil.which("wkhtmltopdf"):
        return ""
    from tools import apt, ui

    folder = Path(tempfile.gettempdir())
    try:
        apt.system_install(["wkhtmltopdf"], folder / "bde-bench-apt.log", folder / "bde-bench.lock")
    except (ui.BdeError, OSError) as error:
        return str(error)
    return "" if shutil.which("wkhtmltopdf") else "wkhtmltopdf introuvable après son installation"


def _work(database, school, manager, count):
    """One worker; see the module."""
    from . import agreements, odoo_env

    registry = odoo_env.load_registry(database)
    with odoo_env.rolled_back(registry, int(manager), int(school)) as env:
        conventions = agreements.make_conventions(env, int(count))
        env.flush_all()
        versions = conventions.sudo().version_id
        _say([html_of(version) for version in versions])
        for _line in sys.stdin:
            env.invalidate_all()  # as a job that begins
            _say([count_pages(version._render_html(html_of(version))) for version in versions])


def _say(answer):
    print(f"bench:{json.dumps(answer)}", flush=True)


if __name__ == "__main__":
    _work(*sys.argv[1:])
