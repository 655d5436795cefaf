from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

from ..rules import turns


class BdeDocumentSignature(models.Model):
    """Addresses put right: where they stand, on what waits, and in the links."""

    _inherit = "bde.document.signature"

    def _party_record(self):
        """Record that holds the address of this signer, with the rights of the user.

        :return: a contact, a pupil, a guardian, a teacher; None for an account
        """
        self.ensure_one()
        model, _comma, number = (self.sudo().person_ref or "").partition(",")
        if model == "res.users":
            return None
        if model in self.env and number.isdigit():
            record = self.env[model].browse(int(number)).exists()
            return record if record and {"email", "phone"} <= record._fields.keys() else None
        # sudo: the contact of a signature that the user may read; he needs rights to change it
        return self.sudo().partner_id.with_env(self.env) or None

    def _fix_address(self, email, phone):
        """Puts the address of this signer right, and sends the link there.

        :return: the signatures whose link left again; none while it is not his turn
        :raises UserError: for what is no address, and for one that is not kept here
        """
        self.ensure_one()
        email, phone = (email or "").strip(), (phone or "").strip()
        if email and email_normalize(email) != email.lower():
            raise UserError(self.env._("%(email)s is not an e-mail address.", email=email))
        if not email and not phone:
            raise UserError(self.env._("Give an e-mail address or a phone number."))
        record = self._party_record()
        if record is None:
            raise UserError(
                self.env._(
                    "%(name)s signs with an account: the address is changed in the account.",
                    name=self.name,
                )
            )
        before = self._open_of_person()
        old_keys = set(before.mapped("signer_key"))
        self._write_address(record, {"email": email or False, "phone": phone or False})
        for documents in before.document_id._as_engine():
            documents._lock()
            documents._refresh_parties()
        before.invalidate_recordset()
        before.write({"bounced_on": False, "bounce_reason": False, "unreachable": False})
        self._close_old_links(old_keys - set(before.mapped("signer_key")))
        return self.env["bde.delivery"]._deliver(before, asked=True)

    def _open_of_person(self):
        """What this person still has to do at the school, now or later, in sudo."""
        # sudo: of one person at one school; the caller may read one of them
        return self.sudo().search(
            [
                ("company_id", "=", self.company_id.id),
                ("signer_key", "=", self.signer_key),
                ("is_current", "=", True),
                ("state", "in", turns.OPEN),
            ]
        )

    def _write_address(self, record, vals):
        """Writes it with the user's rights; what all schools share by its checked method."""
        changed = {name: value for name, value in vals.items() if (record[name] or False) != value}
        if not changed:
            return
        if record._name == "res.partner" and record.bde_employer:
            record._bde_change_employer(changed, self.company_id)
        else:
            record.write(changed)

    def _close_old_links(self, signer_keys):
        """Links that went to an address that was not his: whoever reads there signs nothing."""
        if signer_keys:
            # sudo: no role writes links
            self.env["bde.link"].sudo().search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("signer_key", "in", list(signer_keys)),
                    ("purpose", "=", "sign"),
                    ("revoked", "=", False),
                ]
            ).write({"revoked": True, "code_hmac": False})


class BdeDocument(models.Model):
    _inherit = "bde.document"

    bounce_alert = fields.Char(compute="_compute_bounce_alert")

    @api.depends("signature_ids.bounced_on", "signature_ids.state")
    def _compute_bounce_alert(self):
        """Whose address does not work, with the phone to call."""
        for document in self:
            wrong = document.signature_ids.filtered("is_address_wrong")
            people = {s.name: " ".join(filter(None, (s.name, s.phone))) for s in wrong}
            document.bounce_alert = bool(people) and self.env._(
                "A message did not arrive: %(people)s", people=", ".join(people.values())
            )

    def action_open_wrong(self):
        """Opens the signatures whose address does not work."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bde_partnerships.action_signature_wrong"
        )
        return dict(action, domain=[("document_id", "=", self.id), ("is_address_wrong", "=", True)])


class BdeDocumentMixin(models.AbstractModel):
    _inherit = "bde.document.mixin"

    def action_open_wrong(self):
        """The wrong addresses of this record's document."""
        return self.document_id.action_open_wrong()
