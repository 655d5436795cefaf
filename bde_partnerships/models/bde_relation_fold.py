from datetime import date

from markupsafe import Markup

from odoo import models
from odoo.tools import SQL, is_html_empty

from ..rules.merge import careful_status

# computed from what hangs on a relation, or settled by hand below
NOT_FILLED = {
    "company_id", "partner_id", "partner_name", "partner_city", "status", "status_reason_id",
    "status_until", "notes", "message_main_attachment_id",
}  # fmt: skip


class BdeRelation(models.Model):
    """Folding: a school that follows both companies of a merge keeps one page of both."""

    _inherit = "bde.relation"

    def _fold_into(self, targets):
        """Folds these relations into others, each of the same school.

        Notes are joined, the more careful status holds with its reason, offers are joined (what
        the kept page says of an offer goes first), the owner is kept; messages, activities,
        files, contacts, talks, leads, agreements, placements and whatever else points to the
        page go to the kept one. Constant queries, whatever the number of schools.

        :param dict targets: the ``bde.relation`` to keep by relation that goes
        :return: numbers of rows moved, by table
        :rtype: collections.Counter
        """
        links = self.env["bde.merge.links"]
        pairs = [(source, targets[source]) for source in self]
        mapping = {source.id: target.id for source, target in pairs}
        if not mapping:
            return links._move(self._name, {})
        if any(source.company_id != target.company_id for source, target in pairs):
            raise ValueError("a relation is folded into one of its own school")
        self._fold_values(pairs)
        self._fold_offers(mapping)
        self._fold_contacts(mapping)
        moved = links._move(self._name, mapping)
        kept = self.browse(mapping.values())
        self.browse(mapping).unlink()
        kept.modified(["partner_id", "status", "notes", "contact_ids"])
        self.env.flush_all()
        return moved

    def _fold_values(self, pairs):
        """Notes, status and what the kept page lacks."""
        rows = []
        for source, target in pairs:
            status = careful_status(source.status, target.status)
            told = self._fold_status_of(source, target, status)
            rows.append(
                (
                    target.id,
                    status,
                    told.status_reason_id.id or None,
                    told.status_until or None,
                    self._fold_notes(source, target),
                )
            )
        self.env.flush_all()
        ids, statuses, reasons, untils, notes = map(list, zip(*rows, strict=True))
        self.env.cr.execute(
            SQL(
                """UPDATE bde_relation AS kept
                   SET status = new.status, status_reason_id = new.reason,
                       status_until = new.until, notes = new.notes
                   FROM unnest(%s::int[], %s::varchar[], %s::int[], %s::date[], %s::text[])
                     AS new(id, status, reason, until, notes)
                   WHERE kept.id = new.id""",
                ids, statuses, reasons, untils, notes,
            )
        )  # fmt: skip
        computed = {
            name
            for name, field in self._fields.items()
            if field.store and field.compute and field.readonly
        }
        mapping = {source.id: target.id for source, target in pairs}
        self.env["bde.merge.links"]._fill_in(self._table, mapping, NOT_FILLED | computed)
        self.env.invalidate_all(flush=False)

    def _fold_status_of(self, source, target, status):
        """The relation whose reason and end go with the status: the later end of two."""
        having = [relation for relation in (target, source) if relation.status == status]
        return max(having, key=lambda r: r.status_until or date.min)

    def _fold_notes(self, source, target):
        """Both notes, the second under the name that the company had."""
        if is_html_empty(source.notes):
            return target.notes or None
        if is_html_empty(target.notes):
            return source.notes
        return Markup("%s<p><b>%s</b></p>%s") % (
            Markup(target.notes),
            source.partner_id.display_name,
            Markup(source.notes),
        )

    def _fold_offers(self, mapping):
        """What only the folded page says of an offer is added; both ways, in one statement each."""
        for name, other in (
            ("offer_ids", "declined_offer_ids"),
            ("declined_offer_ids", "offer_ids"),
        ):
            field, opposite = self._fields[name], self._fields[other]
            self.env.cr.execute(
                SQL(
                    """DELETE FROM %(rel)s AS said
                       USING unnest(%(sources)s::int[], %(targets)s::int[]) AS map(source, target),
                             %(opposite)s AS stands
                       WHERE said.%(own)s = map.source AND stands.%(opposite_own)s = map.target
                         AND stands.%(opposite_offer)s = said.%(offer)s""",
                    rel=SQL.identifier(field.relation),
                    own=SQL.identifier(field.column1),
                    offer=SQL.identifier(field.column2),
                    opposite=SQL.identifier(opposite.relation),
                    opposite_own=SQL.identifier(opposite.column1),
                    opposite_offer=SQL.identifier(opposite.column2),
                    sources=list(mapping),
                    targets=list(mapping.values()),
                )
            )

    # ------------------------------------------------------------
    # Contacts
    # ------------------------------------------------------------

    def _fold_contacts(self, mapping):
        """Joins the persons that stand on both pages of a school."""
        Partner = self.env["res.partner"].with_context(active_test=False)
        contacts = Partner.search(
            [("bde_relation_id", "in", [*mapping, *mapping.values()])], order="id"
        )
        with_user = self._contacts_with_user(contacts)
        kept, joined = {}, {}
        for contact in contacts:
            relation_id = contact.bde_relation_id.id
            if relation_id not in mapping:
                kept.setdefault((relation_id, _name_key(contact.name)), []).append(contact)
        for contact in contacts.filtered(lambda c: c.bde_relation_id.id in mapping):
            key = mapping[contact.bde_relation_id.id], _name_key(contact.name)
            for other in kept.get(key, ()):
                both_sign_in = contact.id in with_user and other.id in with_user
                if not both_sign_in and other._bde_is_same_person(contact._bde_contact_vals()):
                    joined[contact.id] = other.id
                    break
        if joined:
            self._join_contacts(joined)

    def _contacts_with_user(self, contacts):
        users = self.env["res.users"].with_context(active_test=False)
        return set(users.search([("partner_id", "in", contacts.ids)]).partner_id.ids)

    def _join_contacts(self, joined):
        """Makes one of two entries of a person: what one lacks the other gives."""
        links = self.env["bde.merge.links"]
        Partner = self.env["res.partner"]
        flags = [
            name
            for name, field in Partner._fields.items()
            if field.type == "boolean" and field.store and name.startswith("bde_")
        ]
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE res_partner AS kept SET %(sets)s
                   FROM unnest(%(gone)s::int[], %(kept)s::int[]) AS map(gone, kept)
                   JOIN res_partner AS other ON other.id = map.gone
                   WHERE kept.id = map.kept""",
                sets=SQL(", ").join(
                    SQL("%(name)s = kept.%(name)s OR other.%(name)s", name=SQL.identifier(name))
                    for name in (*flags, "active")
                ),
                gone=list(joined),
                kept=list(joined.values()),
            )
        )
        links._fill_in("res_partner", joined, skip={"parent_id", "commercial_partner_id"})
        links._move("res.partner", joined)
        Partner.browse(joined).unlink()


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _bde_contact_vals(self):
        """What tells a person from another of the same name."""
        return {"name": self.name, "email": self.email, "phone": self.phone}


def _name_key(name):
    return " ".join((name or "").casefold().split())
