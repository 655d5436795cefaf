from odoo import models
from odoo.exceptions import UserError


class ResCompany(models.Model):
    _inherit = "res.company"

    def _bde_bureau_user(self):
        """Who is asked when the bureau has something to do: the manager, else the head.

        :return: {company: user}, users empty where there is nobody
        """
        # sudo: who holds which role at these schools
        memberships = (
            self.env["bde.membership"]
            .sudo()
            .search(
                [
                    ("company_id", "in", self.ids),
                    ("role", "=", "manager"),
                    ("is_current", "=", True),
                ],
                order="id",
            )
        )
        managers = {}
        for membership in memberships:
            managers.setdefault(membership.company_id.id, membership.user_id)
        return {
            company: managers.get(company.id) or company._bde_acting_heads()[:1] for company in self
        }


class BdeDocumentSignature(models.Model):
    _inherit = "bde.document.signature"

    def _answer_vals(self, kind):
        """Values of the answer of this person, for the one who has to act on it."""
        self.ensure_one()
        pupil_side = kind == "change" and self.role in ("student", "guardian")
        referent = self.referent_user_id if pupil_side else False
        user = referent or self.company_id._bde_bureau_user()[self.company_id]
        return {
            "company_id": self.company_id.id,
            "signature_id": self.id,
            "document_id": self.document_id.id,
            "signer_key": self.signer_key,
            "person": self.name,
            "title": self.title,
            "group_label": self.group_label,
            "referent_user_id": self.referent_user_id.id,
            "user_id": user.id,
            "kind": kind,
        }


class BdeDocument(models.Model):
    _inherit = "bde.document"

    def _send_correction(self, plans):
        result = super()._send_correction(plans)
        answers = self.env["bde.document.answer"].search(
            [("document_id", "in", self.ids), ("correcting", "=", True), ("state", "=", "open")]
        )
        answers._close()
        return result


class BdeDocumentMixin(models.AbstractModel):
    _inherit = "bde.document.mixin"

    def _document_replace_party(self, signature, person):
        """Has another person sign in the place of a party; concrete models answer it.

        Called with the rights of the user, on one record whose terms are open.

        :param signature: of the party who may not sign
        :param dict person: ``name``, ``email``, ``phone``
        :raises UserError: for a role that nobody else can take
        """
        raise UserError(
            self.env._("Choose who signs on the record itself, then send the correction.")
        )


class BdeDocumentAnswer(models.Model):
    """What the bureau does about an answer."""

    _inherit = "bde.document.answer"

    def action_open_record(self):
        """The convention or agreement that it is about."""
        self.ensure_one()
        return self.document_id.action_open_record()

    def action_fix_address(self):
        """Asks for the right address of the person; it is put right where it stands and used."""
        self.ensure_one()
        signature = self._current_signature()
        if not signature:
            return self.action_open_record()
        return signature.action_fix_address()

    def _current_signature(self):
        """What the same party has to give now: a new version may have been made since."""
        self.ensure_one()
        was = self.sudo().signature_id  # sudo: it may stand on an older version
        return self.document_id.signature_ids.filtered(
            lambda s: (s.role, s.party_uuid) == (was.role, was.party_uuid)
        )[:1]

    def action_correct(self):
        """Opens the document for correction, with what the person asks as the reason.

        Sending the correction closes the answer and tells the person.
        """
        self.ensure_one()
        self._begin_correction(self.text or self.env._("Another person signs."))
        return self.action_open_record()

    def _begin_correction(self, reason):
        if not self.document_id.correcting_since:
            self.document_id.action_correct(reason[:200])
        # sudo: a field that the verbs alone write; the document was written with his rights
        self.sudo().correcting = True

    def action_replace(self):
        """Has the person who may sign take the place of who may not; then shows who signs again.

        :raises UserError: without the name and an address of that person
        """
        self.ensure_one()
        name = (self.name or "").strip()
        if not name or not (self.email or self.phone):
            raise UserError(
                self.env._("Write the name of the person who may sign, with an e-mail or a phone.")
            )
        self._begin_correction(self.env._("Another person signs."))
        person = {"name": name, "email": self.email, "phone": self.phone}
        record = self.document_id._concrete_one()
        record._document_replace_party(self.signature_id, person)
        return self.document_id.action_ask_correction()

    def action_send_again(self):
        """Sends the link to the address that the record has now, and closes the answers.

        :raises UserError: while the address is still the one that was wrong
        """
        self.check_access("write")
        for answer in self:
            [document] = answer.document_id._as_engine()
            document._lock()
            document._refresh_parties()
            number = answer._current_signature().id
            signature = document.signature_ids.filtered(lambda s, n=number: s.id == n)
            if signature.signer_key == answer.signer_key:
                raise UserError(
                    self.env._(
                        "The address of %(name)s is still the same: put it right first.",
                        name=answer.person,
                    )
                )
            signature.write({"bounced_on": False, "bounce_reason": False, "unreachable": False})
            self.env["bde.delivery"]._deliver(signature, asked=True)
        self._close()
        return True

    def action_open_codes(self):
        """Lets the person ask for codes again, and closes the answers."""
        self.check_access("write")
        # sudo: no role writes links; the answer says whose
        links = self.env["bde.link"].sudo()
        for answer in self:
            link = links.search(
                [
                    ("company_id", "=", answer.company_id.id),
                    ("signer_key", "=", answer.signer_key),
                    ("purpose", "=", "sign"),
                ],
                limit=1,
            )
            link._open_codes()
        self._close()
        return True

    def action_close_links(self):
        """Closes all links of the person: somebody else holds one."""
        self.check_access("write")
        # sudo: no role writes links; the answer says whose
        for answer in self.sudo():
            answer.env["bde.link"].search(
                [
                    ("company_id", "=", answer.company_id.id),
                    ("signer_key", "=", answer.signer_key),
                    ("purpose", "=", "sign"),
                    ("revoked", "=", False),
                ]
            )._close("school")
        return True
