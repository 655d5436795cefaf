"""The .pot and fr.po files of a module. Needs Odoo and polib."""

import io

import polib

from odoo.tools.translate import trans_export

from .paths import ROOT


def update(env, module):
    """Rewrite the .pot when its terms changed and merge it into fr.po.

    :return: what was done, as French lines.
    """
    folder = ROOT / module / "i18n"
    folder.mkdir(exist_ok=True)
    pot, fresh = folder / f"{module}.pot", export(env, module)
    done = []
    if not pot.exists() or terms(polib.pofile(str(pot))) != terms(fresh):
        fresh.save(str(pot))
        done.append(f"{len(fresh)} termes dans {pot.name}")
    path = folder / "fr.po"
    french = polib.pofile(str(path), wrapwidth=78) if path.exists() else new_french(module)
    french.merge(fresh)
    kept = [entry for entry in french if not entry.obsolete]
    french[:] = sorted(kept, key=lambda entry: entry.msgid)
    text = str(french)
    if not path.exists() or path.read_text() != text:
        french.save(str(path))
        done.append(f"fr.po : {len(french.untranslated_entries())} à traduire, "
                    f"{len(french.fuzzy_entries())} à revoir")  # fmt: skip
    return done


def check(env, module):
    """What is missing, as French lines."""
    folder = ROOT / module / "i18n"
    pot, path = folder / f"{module}.pot", folder / "fr.po"
    fresh = terms(export(env, module))
    if not fresh:
        return []
    missing = [f"fichier absent : {p.name}" for p in (pot, path) if not p.exists()]
    if missing:
        return [*missing, "tapez : ./bde i18n"]
    known = terms(polib.pofile(str(pot)))
    french = polib.pofile(str(path))
    done = {entry.msgid for entry in french.translated_entries()}
    problems = [f"{pot.name} est ancien, nouveau terme : {t!r}" for t in sorted(fresh - known)]
    problems += [f"{pot.name} est ancien, terme disparu : {t!r}" for t in sorted(known - fresh)]
    problems += [f"à revoir : {entry.msgid!r}" for entry in french.fuzzy_entries()]
    problems += [f"non traduit : {term!r}" for term in sorted(fresh - done)]
    return problems


def export(env, module):
    """The module's terms as Odoo extracts them."""
    buffer = io.BytesIO()
    trans_export(False, [module], buffer, "po", env)
    found = polib.pofile(buffer.getvalue().decode(), wrapwidth=78)
    found.sort(key=lambda entry: entry.msgid)
    return found


def terms(po_file):
    return {entry.msgid for entry in po_file if not entry.obsolete}


def new_french(module):
    """An empty fr.po with the header that Odoo and translation tools expect."""
    po_file = polib.POFile(wrapwidth=78)
    po_file.metadata = {
        "Project-Id-Version": f"Odoo Server 19.0 - {module}",
        "Language": "fr",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n > 1);",
    }
    return po_file
