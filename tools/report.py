"""Counts of a test run, and what Odoo's log tells of one."""

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field

from .ui import say

LINE = re.compile(
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ \d+ "
    r"(?P<level>[A-Z]+) \S+ (?P<logger>\S+?): (?P<message>.*)$"
)
TOTAL = re.compile(r"^(\d+) failed, (\d+) error\(s\) of (\d+) tests")
STARTING = re.compile(r"^Starting (.+) \.\.\.$")
SKIPPED = re.compile(r"^skipped (.+?) : (.*)$")
FAILED = re.compile(r"^(FAIL|ERROR): (?:Subtest )?(.+)$")
OURS = re.compile(r"\bbde_(partnerships|pfmp|alumni)\b|\bbde\.(?!example|tools)[a-z]+")
# Warnings that mention us and are no defect of ours.
ALLOWED = (
    re.compile(r"unknown option 'bde_"),
    re.compile(r"External chrome request during tests"),
    # a page that was still loading when its test ended
    re.compile(r"Error received after termination"),
)


@dataclass
class Report:
    """What passed, failed and was skipped, over all parts of the run."""

    passed: int = 0
    failures: list = field(default_factory=list)  # (name, details)
    skips: list = field(default_factory=list)  # (name, reason)

    def ok(self):
        self.passed += 1

    def fail(self, name, details=""):
        self.failures.append((name, details))

    def skip(self, name, reason):
        self.skips.append((name, reason))

    def merge(self, other):
        self.passed += other.passed
        self.failures += other.failures
        self.skips += other.skips

    def show(self):
        """Print the skips and failures, then the closing line."""
        for name, reason in self.skips:
            say(f"sauté : {name} ({reason or 'sans raison donnée'})")
        for name, details in self.failures:
            say(f"\nÉCHEC : {name}")
            for line in _shortened(details.strip().splitlines()):
                say(f"    {line}")
        say()
        say(self.closing_line())
        return 1 if self.failures or not self.passed else 0

    def closing_line(self):
        return f"{self.passed} passed, {len(self.failures)} failed, {len(self.skips)} skipped"


def _shortened(lines, most=100):
    if len(lines) <= most:
        return lines
    left = len(lines) - most
    return [*lines[: most // 2], f"… {left} lignes …", *lines[-most // 2 :]]


def records(text):
    """Records of an Odoo log as (level, logger, message with its following lines)."""
    current = None
    for line in text.splitlines():
        found = LINE.match(line)
        if found:
            if current:
                yield tuple(current)
            current = [found["level"], found["logger"], found["message"].rstrip()]
        elif current:
            current[2] += "\n" + line
    if current:
        yield tuple(current)


def read_install_log(text):
    """What the log of an installation says against our modules: failures, no tests."""
    report = Report()
    for level, logger, message in records(text):
        if _is_defect(level, logger, message):
            report.fail(f"installation : {level} {logger}", message)
    return report


def read_odoo_log(text, modules):
    """Turn the log of Odoo's test runner into a report.

    :param modules: modules that have tests; one of which nothing ran is a failure.
    """
    report = Report()
    started, failed, skipped = [], {}, {}
    total = None
    for level, logger, message in records(text):
        first = message.split("\n", 1)[0]
        if match := STARTING.match(first):
            started.append(f"{_module(logger)}:{match[1]}")
        elif match := SKIPPED.match(first):
            skipped[f"{_module(logger)}:{match[1]}"] = match[2]
        elif match := TOTAL.match(first):
            total = tuple(int(part) for part in match.groups())
        elif level == "ERROR" and (match := FAILED.match(first)):
            failed.setdefault(f"{_module(logger)}:{match[2]}", message)
        elif _is_defect(level, logger, message):
            report.fail(f"journal : {level} {logger}", message)
    for name, details in failed.items():
        report.fail(name, details)
    for name, reason in skipped.items():
        report.skip(name, reason)
    bad = {name.split(" ")[0] for name in failed} | set(skipped)
    report.passed = sum(1 for name in started if name not in bad)
    _check_all_ran(report, modules, started, total)
    return report


def _check_all_ran(report, modules, started, total):
    if total is None:
        report.fail("Odoo s'est arrêté avant la fin des tests")
    elif total[0] + total[1] and not report.failures:
        report.fail(f"Odoo compte {total[0]} échecs et {total[1]} erreurs non reconnus")
    for module in modules:
        if not any(name.startswith(f"{module}:") for name in started):
            report.fail(f"{module} : aucun test n'a été exécuté")


def _module(logger):
    parts = logger.split(".")
    return parts[2] if parts[:2] == ["odoo", "addons"] and len(parts) > 2 else logger


def _is_defect(level, logger, message):
    if level not in ("WARNING", "ERROR", "CRITICAL"):
        return False
    if any(pattern.search(message) for pattern in ALLOWED):
        return False
    return level == "CRITICAL" or bool(OURS.search(f"{logger} {message}"))


def read_junit(path):
    """Turn pytest's XML file into a report."""
    report = Report()
    for case in ET.parse(path).iter("testcase"):
        name = f"{case.get('classname')}::{case.get('name')}"
        problems = [child for child in case if child.tag in ("failure", "error")]
        skipped = case.find("skipped")
        if problems:
            texts = [f"{p.get('message') or ''}\n{p.text or ''}" for p in problems]
            report.fail(name, "\n".join(texts))
        elif skipped is not None:
            report.skip(name, (skipped.get("message") or "").strip())
        else:
            report.ok()
    return report
