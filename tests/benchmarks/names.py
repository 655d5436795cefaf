"""Names of the groups and of their measures, read without Odoo: a slip costs no minute."""

import ast
from pathlib import Path

GROUPS = ("agreements", "partners", "convention", "followup", "taxe", "alumni")
HERE = Path(__file__).parent


def measures(group):
    """Names of the measures of a group, in their order: its tuple ``BENCHMARKS``."""
    tree = ast.parse((HERE / f"{group}.py").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "BENCHMARKS":
            return [name.id for name in node.value.elts]
    return []


def complaint(groups, only):
    """A sentence on what is asked for and is not there; "" when all is known.

    :param groups: names of groups
    :param only: names of measures, or None for all
    """
    known = {group: measures(group) for group in groups if group in GROUPS}
    if len(known) < len(groups):
        wrong = ", ".join(group for group in groups if group not in known)
        return f"Groupe inconnu : {wrong}. Groupes : {', '.join(GROUPS)}."
    found = {name for names in known.values() for name in names}
    wrong = [name for name in only or () if name not in found]
    if not wrong:
        return ""
    lines = "".join(f"\n  {group} : {', '.join(names)}" for group, names in known.items())
    return f"Mesure inconnue : {', '.join(wrong)}. Mesures :{lines}"
