from odoo import api, models
from odoo.fields import Domain

from odoo.addons.bde_partnerships.rules.signer import fold_name, fold_phone

# a number of eight digits at least tells a person from another
PHONE_DIGITS = 8


class BdeAlumniContact(models.Model):
    """Contacts that may be former pupils: found by address or name, decided by staff."""

    _inherit = "bde.alumni.contact"

    @api.model
    def _cron_find(self):
        """Looks through the contacts of all schools, a school at a time."""
        groups = self.env["bde.alumnus"]._read_group([], ["company_id"])
        self.env["res.company"].union(*(company for (company,) in groups))._bde_each(self._find)

    def action_find(self):
        """Looks through the contacts of the school now."""
        company = self.env.company
        company._bde_check_user_is("secretary")
        # sudo: proposals are written by this verb alone; the right was checked
        found = self.sudo()._find(company)
        count = len(found)
        message = (
            self.env._("%(count)s to check: look at each, and say who is the same.", count=count)
            if count
            else self.env._("Nobody new: each contact that is like a former pupil is listed.")
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if count else "info",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def _find(self, company):
        """Proposes contacts of a school that bear the address or the name of an alumnus.

        In sudo. Constant queries; what was decided once is not proposed again. A name that
        several alumni bear is proposed with each: only people can tell.

        :return: the new proposals
        """
        alumni = self.env["bde.alumnus"].search_fetch(
            Domain("company_id", "=", company.id)
            & self.env["bde.alumnus"]._may_write_domain("inform"),
            ["lastname", "usage_name", "firstname", "former_name", "email_normalized", "phone"],
        )
        known, settled = self._known(company)
        contacts = self.env["res.partner"].search_fetch(
            [
                ("company_id", "=", company.id),
                ("bde_relation_id", "!=", False),
                ("id", "not in", list(settled)),
            ],
            ["name", "email_normalized", "phone"],
        )
        by_key = _by_key(alumni)
        rows = []
        for contact in contacts:
            found = {}
            for reason, key in _contact_keys(contact):
                for alumnus_id in by_key[reason].get(key, ()):
                    # the surest reason comes first
                    found.setdefault(alumnus_id, reason)
            rows += [
                {"alumnus_id": alumnus_id, "partner_id": contact.id, "reason": reason}
                for alumnus_id, reason in found.items()
                if (alumnus_id, contact.id) not in known
            ]
        return self.create(rows)

    @api.model
    def _known(self, company):
        """({(alumnus, contact)} that were proposed, {contacts} that are known for sure)."""
        links = self.search_fetch(
            [("company_id", "=", company.id)], ["alumnus_id", "partner_id", "state"]
        )
        pairs = {(link.alumnus_id.id, link.partner_id.id) for link in links}
        settled = links.filtered(lambda one: one.state == "confirmed").partner_id
        return pairs, set(settled.ids)


def _by_key(alumni):
    """{reason: {what is compared: ids of alumni}}"""
    found = {"mail": {}, "phone": {}, "name": {}}
    for alumnus in alumni:
        keys = {("mail", alumnus.email_normalized), ("phone", _phone(alumnus.phone))}
        for lastname in {alumnus.lastname, alumnus.usage_name, alumnus.former_name}:
            if lastname:
                keys.add(("name", fold_name(f"{alumnus.firstname} {lastname}")))
        for reason, key in keys:
            if key:
                found[reason].setdefault(key, []).append(alumnus.id)
    return found


def _contact_keys(contact):
    return (
        ("mail", contact.email_normalized),
        ("phone", _phone(contact.phone)),
        ("name", fold_name(contact.name)),
    )


def _phone(number):
    digits = fold_phone(number)
    return digits if len(digits) >= PHONE_DIGITS else None
