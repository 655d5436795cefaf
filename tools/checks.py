"""Lint: ruff, pylint-odoo, and checks of manifests and XML files."""

import ast
import re
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

from . import database
from .paths import ROOT, our_modules
from .report import Report

DATA_FOLDERS = ("data", "demo", "report", "security", "views", "wizard", "wizards")
VERSION = re.compile(r"^19\.0\.\d+\.\d+\.\d+$")
REQUIRED = ("name", "version", "license", "author", "depends")
FORBIDDEN_XML = {
    "<tree": "Odoo 19 écrit <list>",
    "kanban-box": 'Odoo 19 écrit t-name="card"',
    "t-raw": "t-out échappe, t-raw non",
    "oe_chatter": "Odoo 19 écrit <chatter/>",
}


def lint(space, jobs=1):
    """Run every check; each is one test of the report.

    :param jobs: processes of pylint: each reads Odoo anew, which is lost beside other work
    """
    report = Report()
    modules = our_modules()
    ruff = [space.python, "-m", "ruff", "check", "-q", "--output-format=concise"]
    paths = [name for name in (*modules, "tools", "tests", "data", "bde") if (ROOT / name).exists()]
    _command(report, "ruff", [*ruff, *paths], space)
    if modules:
        pylint = [space.python, "-m", "pylint", f"--jobs={jobs}", *modules]
        _command(report, "pylint-odoo", pylint, space)
    for module in modules:
        _problems(report, f"manifeste de {module}", manifest_problems(module, space.odoo))
        _problems(report, f"XML de {module}", xml_problems(ROOT / module))
    return report


def manifest_problems(module, odoo, root=ROOT):
    """What is wrong in a module's manifest, as French sentences."""
    try:
        found = database.manifest(module, root)
    except (SyntaxError, ValueError) as error:
        return [f"illisible : {error}"]
    problems = [f"clé absente : {key}" for key in REQUIRED if key not in found]
    if not VERSION.match(found.get("version", "")):
        problems.append(f"version {found.get('version')} : attendu 19.0.x.y.z")
    if found.get("license") != "LGPL-3":
        problems.append(f"licence {found.get('license')} : attendu LGPL-3")
    listed = [*found.get("data", []), *found.get("demo", [])]
    folder = root / module
    problems += [f"fichier absent : {name}" for name in listed if not (folder / name).exists()]
    problems += [f"fichier non chargé : {name}" for name in data_files(folder) - set(listed)]
    problems += dependency_problems(found.get("depends", []), odoo, root)
    return problems


def data_files(folder):
    """Data files that a manifest must list, relative to the module.

    A CSV file is Odoo's when it is named after a model; others are read by code.
    """
    return {
        str(path.relative_to(folder))
        for name in DATA_FOLDERS
        for kind in ("*.xml", "*.*.csv")
        for path in (folder / name).rglob(kind)
    }


def dependency_problems(depends, odoo, root=ROOT):
    """Dependencies, followed to the end, that the suite must not bring in."""
    addons = [*odoo.addons, odoo.package / "addons", root]
    seen, queue, problems = set(), list(depends), []
    while queue:
        name = queue.pop()
        if name in seen:
            continue
        seen.add(name)
        paths = [Path(folder) / name / "__manifest__.py" for folder in addons]
        path = next((path for path in paths if path.is_file()), None)
        if not path:
            problems.append(f"dépendance introuvable : {name}")
            continue
        found = ast.literal_eval(path.read_text())
        queue += found.get("depends", ["base"] if name != "base" else [])
        if name in database.NEVER:
            problems.append(f"dépendance à écarter : {name}")
        if found.get("license") == "OEEL-1":
            problems.append(f"licence propriétaire : {name}")
    return problems


def xml_problems(folder):
    """Files that do not parse, or use what Odoo 19 no longer knows."""
    problems = []
    for path in sorted(folder.rglob("*.xml")):
        text = path.read_text()
        try:
            ET.fromstring(text)
        except ET.ParseError as error:
            problems.append(f"{path.relative_to(folder)} : {error}")
        for word, reason in FORBIDDEN_XML.items():
            if word in text:
                problems.append(f"{path.relative_to(folder)} : {word} ({reason})")
    return problems


def _command(report, name, command, space):
    result = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, cwd=ROOT, env=space.env
    )
    output = (result.stdout + result.stderr).splitlines() or ["a échoué sans rien dire"]
    _problems(report, name, output if result.returncode else [])


def _problems(report, name, problems):
    if problems:
        report.fail(name, "\n".join(problems))
    else:
        report.ok()
