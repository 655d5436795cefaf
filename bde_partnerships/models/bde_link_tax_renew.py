from odoo import fields, models


class BdeOutgoing(models.Model):
    _inherit = "bde.outgoing"

    kind = fields.Selection(
        selection_add=[("tax", "Page about the tax")], ondelete={"tax": "cascade"}
    )


class BdeLink(models.Model):
    """A fresh link to the page about the tax, asked for from one that has expired."""

    _inherit = "bde.link"

    def _renew_tax(self):
        """Sends a fresh link to the address of this one; none once the campaign is closed.

        :return: ``sent``, or what :meth:`_renewal_stopped` says
        """
        stopped = self._renewal_stopped(
            lambda: self.email and self._tax_targets().campaign_id._tax_takes_answers()
        )
        if not stopped:
            self._tax_send_fresh(self._tax_targets().campaign_id)
        return stopped or "sent"

    def _tax_send_fresh(self, campaign):
        """Mints a link for the same reader and writes to him; no request: he asked for it."""
        names = ("company_id", "purpose", "res_model", "res_id", "signer_key", "name", "email",
                 "lang", "channel")  # fmt: skip
        vals = self._convert_to_write({name: self[name] for name in names})
        [(link, token)] = self._mint([vals | {"expires_on": campaign._bde_links_until()}])
        Delivery, env = self.env["bde.delivery"], self.with_context(lang=self.lang).env
        values = {
            "company": self.company_id,
            "lang": self.lang,
            "name": self.name,
            "url": link._url(token),
            "year": campaign.year,
        }
        Delivery._queue(
            [
                {
                    "company": self.company_id,
                    "email_to": Delivery._to(self.name, self.email),
                    "subject": env._(
                        "Your page about the taxe d'apprentissage – %(school)s",
                        school=self.company_id.name,
                    ),
                    "body_html": Delivery._body("mail_tax_link", self.lang, values),
                    "signer_key": self.signer_key,
                    "kind": "tax",
                }
            ]
        )
        Delivery._trigger_queue()

    # ------------------------------------------------------------
    # SAYING NO TO ALL LETTERS
    # ------------------------------------------------------------

    def _tax_mint_optout(self):
        """A page to say no, as the foot of each letter has one.

        :return: its address; None when the link went to no address
        """
        self.ensure_one()
        letter, target = self._tax_letter(), self._tax_targets()[:1]
        employer = (letter.relation_id or target.relation_id).partner_id
        if not self.email or not employer:
            return None
        reader = (employer, self.name, self.email, self.lang)
        [(link, token)] = self._mint_optouts(self.company_id, "tax", [reader])
        return link._url(token)


class BdeTaxCampaign(models.Model):
    _inherit = "bde.tax.campaign"

    def _tax_takes_answers(self):
        """Answers are taken, and changed, until the campaign is closed."""
        return bool(self) and all(one.active and one.state != "closed" for one in self)
