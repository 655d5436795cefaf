from datetime import timedelta

from odoo import api, fields, models

from ..rules.solicitation import address_key

# Beyond the end of the last window: a company that allotted late says so late.
DAYS_AFTER_LAST_WINDOW = 30


class BdeLink(models.Model):
    """The page of a company, or of an accountant, about the taxe d'apprentissage."""

    _inherit = "bde.link"

    purpose = fields.Selection(
        selection_add=[("tax", "Answer about the taxe d'apprentissage")],
        ondelete={"tax": "cascade"},
    )

    def _paths(self):
        return super()._paths() | {"tax": "x"}

    @api.model
    def _mint_tax(self, readers):
        """Links of the letters of one sending; constant queries.

        :param readers: list of (record, person): a target and who answers for it, or a
            ``bde.tax.letter`` to an accountant and the accountant's contact
        :return: list of (link, token), in the same order
        """
        ends = {
            campaign: campaign._bde_links_until()
            for campaign in {record.campaign_id for record, _person in readers}
        }
        return self._mint(
            [
                {
                    "company_id": record.company_id.id,
                    "purpose": "tax",
                    "res_model": record._name,
                    "res_id": record.id,
                    "signer_key": address_key(person.email),
                    "name": person.name,
                    "email": person.email,
                    "lang": self.env["bde.solicitation"]._reader_lang(person),
                    "channel": "email" if person.email else False,
                    "expires_on": ends[record.campaign_id],
                }
                for record, person in readers
            ]
        )


class BdeTaxCampaign(models.Model):
    _inherit = "bde.tax.campaign"

    def _bde_links_until(self):
        """When links of this campaign expire: some weeks after its last window that is known."""
        self.ensure_one()
        least = fields.Datetime.now() + timedelta(days=self.env["bde.link"]._validity_days())
        # sudo: windows are the académie's, whoever writes letters
        ends = self.sudo().tax_year_id.window_ids.mapped("date_to")
        last = max((end for end in ends if end), default=None)
        if not last:
            return least
        end = fields.Datetime.to_datetime(last) + timedelta(days=DAYS_AFTER_LAST_WINDOW)
        return max(least, end)


class BdeTaxTarget(models.Model):
    _inherit = "bde.tax.target"

    def _mint_links(self, contact=None):
        """A new link for the page of each of these companies.

        The tokens exist nowhere else afterwards: they belong into the outgoing letter alone.

        :param contact: who is written to; empty: each company's own contact, or the company
        :return: {target: address}
        """
        readers = [(target, contact or target.contact_id or target.partner_id) for target in self]
        minted = self.env["bde.link"]._mint_tax(readers)
        return {
            target: link._url(token)
            for (target, _person), (link, token) in zip(readers, minted, strict=True)
        }
