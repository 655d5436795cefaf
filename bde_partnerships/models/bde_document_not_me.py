from odoo import fields, models

from ..rules import turns


class BdeDocumentSignature(models.Model):
    """Somebody else reads at the address of a signer: nothing more is sent there."""

    _inherit = "bde.document.signature"

    bounce_reason = fields.Selection(
        selection_add=[("not_me", "Somebody else reads there")],
        ondelete={"not_me": "set null"},
    )

    def _is_dead(self, channel):
        return super()._is_dead(channel) or self._is_read_by_another(channel)

    def _is_read_by_another(self, channel="email"):
        """Whether somebody else reads there: no copy and no news of the document either."""
        self.ensure_one()
        is_other = self.bounced_on and self.bounce_reason == "not_me"
        return bool(is_other and self.bounced_channel == channel)

    def _fix_address(self, email, phone):
        keys = {self.signer_key}
        result = super()._fix_address(email, phone)
        # sudo: the answers about the address that was just put right
        answers = self.env["bde.document.answer"].sudo()
        answers.search(
            [
                ("company_id", "=", self.company_id.id),
                ("signer_key", "in", list(keys)),
                ("kind", "=", "not_me"),
                ("state", "=", "open"),
            ]
        ).with_env(self.env)._close()
        return result


class BdeLink(models.Model):
    _inherit = "bde.link"

    def _not_me(self, proof=None):
        """Who got this link is not its person: all his links close, the bureau is asked.

        Mailed links alone tell of an address; a printed or copied one tells of nothing.
        """
        self.ensure_one()
        open_ones = self._signatures().filtered(lambda s: s.state in turns.OPEN)
        if open_ones:
            self.env["bde.document.answer"]._record("not_me", open_ones[:1], {}, proof)
            if self.channel:
                open_ones._mark_bounced(self.channel, "not_me")
        self._close("not_me")
