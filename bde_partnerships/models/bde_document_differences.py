import re

from odoo import models
from odoo.tools import format_date

from ..rules import changes, turns

_DATE = re.compile(r"\d{4}-\d\d-\d\d$")


class BdeDocumentVersion(models.Model):
    """What changed between two versions, in words."""

    _inherit = "bde.document.version"

    def _differences(self, other):
        """What changed from an older version to this one.

        :param other: a version of the same document
        :return: list of dicts ``path``, ``label``, ``old``, ``new`` (texts for people, empty for
            nothing), ``change_class``, ``article``, ``derived``
        """
        self.ensure_one()
        same = same_people(people_of(other.signature_ids), people_of(self.signature_ids))
        return self.document_id._changes(other._content(), self._content(), same)


class BdeDocument(models.Model):
    _inherit = "bde.document"

    def _changes(self, old, new, same_roles=(), every=False):
        """Differences of two contents of this document, worth telling.

        :param dict old: content
        :param dict new: content
        :param same_roles: roles whose persons are the same in both
        :param bool every: also totals whose cause is told, for the class of the whole
        :return: see ``bde.document.version._differences``
        """
        self.ensure_one()
        rules = self.env["bde.change.rule"]._lines(self.kind)
        record = self._concrete_one()

        def unchanged(what):
            if what.startswith("@"):
                return what[1:] in same_roles
            value = changes.at(old, what)
            return bool(value) and value == changes.at(new, what)

        rows = [(changes.rule_of(row[0], rules), *row) for row in changes.differences(old, new)]
        # in the order of the table: what matters most comes first
        places = {rule: place for place, rule in enumerate(rules)}
        rows.sort(key=lambda row: places.get(row[0], len(places)))
        found = []
        for rule, path, before, after in rows:
            texts = changes.texts(
                before,
                after,
                lambda value, path=path: record._document_value_text(path, value),
            )
            found.append(
                {
                    "path": path,
                    "label": self._change_label(path, rule, new if after is not None else old),
                    "old": texts[0],
                    "new": texts[1],
                    "change_class": changes.class_of(rule, unchanged),
                    "article": rule.article if rule else "",
                    "derived": bool(rule and rule.derived),
                }
            )
        return found if every else changes.told(found)

    def _change_label(self, path, rule, content):
        """What a change is about: the line of the table, and which record of a list."""
        label = rule.name if rule else path
        steps = path.split(".")
        for length, step in enumerate(steps, 1):
            # an article, a commitment: its title says which one, unless that is what is told
            item = changes.at(content, ".".join(steps[:length])) if step.isdigit() else None
            title = isinstance(item, dict) and (item.get("title") or item.get("name"))
            if title and length < len(steps) and steps[-1] not in ("title", "name"):
                return f"{label} – {title}"
        return label


class BdeDocumentMixin(models.AbstractModel):
    _inherit = "bde.document.mixin"

    def _document_value_text(self, path, value):
        """Text for people of one value of a content; concrete models know their own paths.

        :param str path: where it stands
        :param value: text, number or boolean; lists and records are taken apart before
        :rtype: str
        """
        if value is None:
            return ""
        if isinstance(value, bool):
            return self.env._("yes") if value else self.env._("no")
        if isinstance(value, str) and _DATE.match(value):
            return format_date(self.env, value)
        return str(value)

    def action_compare_versions(self):
        """What changed between versions of this record's document."""
        return self.document_id.action_compare_versions()


class BdeDocumentSignature(models.Model):
    _inherit = "bde.document.signature"

    def _changes_since(self):
        """What changed since the last version that this person signed, else was shown.

        :return: see ``bde.document.version._differences``; empty when he saw none before
        """
        self.ensure_one()
        return self._changes_since_each()[self]

    def _changes_since_each(self):
        """:meth:`_changes_since` of many signatures; constant queries.

        :return: {signature: list of dicts}
        """
        # sudo: what this person was shown, of the document that he signs
        signatures = self.sudo()
        before = self.env["bde.document.signature"].sudo()
        if any(signature.version_id.serial > 1 for signature in signatures):
            before = before.search(
                [("document_id", "in", signatures.document_id.ids), ("is_current", "=", False)],
                order="id desc",
            )
        by_document = before.grouped("document_id")
        result = {}
        for signature in self:
            person = signature.sudo()
            seen = person._seen_before(by_document.get(person.document_id, before.browse()))
            result[signature] = person.version_id._differences(seen.version_id) if seen else []
        return result

    def _seen_before(self, older):
        """The signature of this person, on an older version, that he gave, else was asked for."""
        mine = older.filtered(
            lambda s: (
                s.role == self.role
                and s.party_uuid == self.party_uuid
                and is_same_person(person_of(s), person_of(self))
            )
        )
        answered = mine.filtered(lambda s: s.state in (*turns.DONE, "refused"))
        asked = mine.filtered("notified_on")
        # a message is carried from version to version: it was sent with the oldest of them
        asked = asked.filtered(lambda s: s.notified_on == asked[0].notified_on)[-1:]
        seen = (answered or asked)[:1]
        return seen.kept_from_id or seen


def person_of(signature):
    """What tells who signs: (reference, name, key of name and address)."""
    return signature.person_ref or "", signature.name, signature.signer_key


def people_of(signatures):
    """{(role, party): person} of signatures."""
    return {(s.role, s.party_uuid): person_of(s) for s in signatures}


def is_same_person(one, other):
    """Whether two signers are one person: the same record, whose name was not replaced.

    A record that was typed over with the name of somebody else is somebody else. One name
    with one address is one person, also where two records hold it, or none does.
    """
    if not (one and other):
        return False
    if one[2] == other[2]:
        return True
    return bool(one[0]) and one[0] == other[0] and changes.is_spelling(one[1], other[1])


def same_people(old, new):
    """Roles whose persons are the same, from two answers of :func:`people_of`."""
    roles = {role for role, _party in (*old, *new)}
    return {
        role
        for role in roles
        if all(is_same_person(old.get(key), new.get(key)) for key in {*old, *new} if key[0] == role)
    }
