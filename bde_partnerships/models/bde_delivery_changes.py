from odoo import api, models


class BdeDelivery(models.AbstractModel):
    """Corrections: whoever has signed is told what changed."""

    _inherit = "bde.delivery"

    @api.model
    def _tell_changes(self, told):
        """Tells what changed to those whose signature is kept, or not needed any more.

        One message a person, whatever the number of documents; constant queries.

        :param told: list of (signature, changes), changes as in
            ``bde.document.version._differences``
        """
        changes = dict(told)
        signatures = self.env["bde.document.signature"].sudo().union(*changes)
        reached = signatures.filtered(lambda s: s.email and not s._is_read_by_another())
        if not reached:
            return
        groups = reached.grouped(lambda s: (s.company_id, s.signer_key))
        minted = self.env["bde.link"]._mint(
            [self._link_vals(batch[:1], "email") for batch in groups.values()]
        )
        self._queue(
            [
                self._changes_message(link, token, batch, changes)
                for batch, (link, token) in zip(groups.values(), minted, strict=True)
            ]
        )
        self._trigger_queue()
        self.env["bde.journal"]._append(
            [
                (
                    signature.document_id,
                    "informed",
                    {
                        "signature": signature.uuid,
                        "version": signature.document_id.version_id.serial,
                    },
                    {"name": signature.name, "address": signature.email},
                )
                for signature in reached
            ]
        )

    def _changes_message(self, link, token, signatures, changes):
        """Values of the message to one person."""
        company = link.company_id
        env = self.with_context(lang=link.lang).env
        count = len(signatures.document_id)
        values = {
            "company": company,
            "link": link,
            "url": link._url(token),
            "entries": [
                {
                    "document": signature.document_id,
                    "kept": bool(signature.kept_from_id),
                    "state": signature.state,
                    "changes": changes[signature],
                }
                for signature in signatures
            ],
        }
        return {
            "company": company,
            "email_to": self._to(link.name, link.email),
            "signer_key": link.signer_key,
            "subject": (
                env._("A document was corrected – %(school)s", school=company.name)
                if count == 1
                else env._(
                    "%(count)s documents were corrected – %(school)s",
                    count=count,
                    school=company.name,
                )
            ),
            "body_html": self._body("mail_changed", link.lang, values),
            "kind": "note",
        }
