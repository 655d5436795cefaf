from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

TABLET_MINUTES = 20


class BdeLink(models.Model):
    """A link of purpose ``tablet``: one person signs on a device of the school, once.

    Short-lived, made by somebody who sees the person and stands as witness in the proof. It
    opens the signatures that it names and nothing else of the person.
    """

    _inherit = "bde.link"

    witness_id = fields.Many2one("res.users", readonly=True, index="btree_not_null")
    tablet_signature_ids = fields.Many2many(
        "bde.document.signature", "bde_link_tablet_rel", string="Signs in person", readonly=True
    )

    def _tablet_signatures(self):
        """What this link opens: current, the person's turn, not being corrected."""
        self.ensure_one()
        return self.tablet_signature_ids.filtered(
            lambda s: s.is_current and self._page_group(s) == "to_sign"
        )

    def _tablet_values(self):
        """What the page in person shows.

        :rtype: dict
        """
        to_sign = self._tablet_signatures()
        changes = to_sign._changes_since_each()
        return {
            "company": self.company_id,
            "to_sign": [
                self._entry(batch, changes) for batch in to_sign.grouped("document_id").values()
            ],
            "needs_signature": any(to_sign.mapped("required")),
        }

    def _sign_on_tablet(self, signatures, signed_name, image, proof):
        """Signs in person; the witness stands in the proof. The link is used up.

        :raises UserError: see ``_check_turn``; and once the witness left the school
        """
        self.ensure_one()
        if self.company_id.id not in self.witness_id._bde_company_ids("staff"):
            raise UserError(self.env._("The person who opened this page is no longer staff."))
        given = signatures._sign(
            "tablet", signed_name, image, proof, extra={"witness_id": self.witness_id.id}
        )
        if not self._tablet_signatures():
            self._close("used")
        return given


class BdeDocumentSignature(models.Model):
    _inherit = "bde.document.signature"

    def _check_tablet(self):
        """Whether the user may have these people sign before him.

        Who reads the signatures of others: the bureau, the referent of the pupil. Staff sign
        in session, and nobody is his own witness.

        :return: the signatures that can be given now
        :raises UserError: when none can
        """
        self.check_access("read")
        for company in self.company_id:
            if company.id not in {
                *self.env.user._bde_company_ids("secretary"),
                *self.env.user._bde_company_ids("teacher"),
            }:
                raise AccessError(self.env._("The bureau or the referent has people sign."))
        # sudo: states of documents whose signatures the user reads
        good = self.sudo().filtered(
            lambda s: s.state == "to_sign" and not s.user_id and not s.document_id.correcting_since
        )
        if not good:
            raise UserError(
                self.env._(
                    "None of these people can sign now: it is not their turn, or it is done."
                )
            )
        return self.browse(good.ids)

    def action_sign_on_tablet(self):
        """Opens the dialog to have these people sign in person, one after the other."""
        signatures = self._check_tablet()
        tablet = self.env["bde.tablet"].create({"signature_ids": [(6, 0, signatures.ids)]})
        people = list(tablet._people().values())
        return tablet._open(people[0] if len(people) == 1 else None)

    def _mint_tablet(self):
        """A link with which the person of these signatures signs on a device of the school.

        The address is told to the witness once, and kept nowhere.

        :return: (link, address)
        """
        first = self[:1]
        until = fields.Datetime.now() + timedelta(minutes=TABLET_MINUTES)
        [(link, token)] = self.env["bde.link"]._mint(
            [
                {
                    "company_id": first.company_id.id,
                    "purpose": "tablet",
                    "signer_key": first.signer_key,
                    "name": first.name,
                    "lang": first.lang,
                    "expires_on": until,
                    "witness_id": self.env.uid,
                    "tablet_signature_ids": [(6, 0, self.ids)],
                }
            ]
        )
        return link, link._url(token)
