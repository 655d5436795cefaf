from odoo import fields, models

from odoo.addons.bde_partnerships.models.bde_document_lang import NONE
from odoo.addons.bde_partnerships.rules import languages


class BdePeriod(models.Model):
    _inherit = "bde.period"

    second_lang = fields.Selection(
        [(NONE, "French alone"), *languages.SECOND_LANGS],
        string="Second language of the conventions",
        help="For mobility abroad: printed after the French text, for information. Empty: the "
        "language of the country of each host.",
    )


class BdeConvention(models.Model):
    """A host abroad: second language, country in the address, sheet on the law of the country.

    Keys are in the content only where they say something: a convention in France is, byte for
    byte, what it was before.
    """

    _inherit = "bde.convention"

    printed_lang = fields.Char(
        string="Printed in",
        compute="_compute_printed_lang",
        help="Languages of the page when there are two: French, and the one that stands after it "
        "for information.",
    )

    def _compute_printed_lang(self):
        labels = dict(languages.SECOND_LANGS)
        known = dict(
            self.env["bde.document"]._fields["second_lang"]._description_selection(self.env)
        )
        for convention in self:
            lang = convention._second_lang()
            french = self.env._("French")
            second = known.get(lang) or labels.get(lang)
            convention.printed_lang = f"{french}, {second}" if second else False

    def _host_country(self):
        """Country of the host when it is abroad, else none."""
        country = self.placement_id.host_id.country_id
        return country if languages.is_abroad(country.code) else country.browse()

    def _default_second_lang(self):
        chosen = self.placement_id.period_id.second_lang
        if chosen:
            return None if chosen == NONE else chosen
        return languages.default_for(self.placement_id.host_id.country_id.code)

    def _content_host(self):
        values = super()._content_host()
        country = self._host_country()
        return values | {"country": country.name} if country else values

    def _local_law(self):
        """``{"local_law": …}`` for a host abroad: None in it when no sheet is complete."""
        country = self._host_country()
        return {"local_law": self.company_id._bde_country_sheet(country)} if country else {}

    def _document_content(self):
        content = super()._document_content() | self._local_law()
        if lang := self._second_lang():
            training = self.placement_id.training_id
            content["second"] = self.template_id._second_content(lang, training)
        return content

    def _mention_data(self):
        """With what L124-20 asks for abroad."""
        country = self.sudo()._host_country()  # sudo: the address of the host, for its country
        host = {"country": country.code} if country else {}
        return super()._mention_data() | {"host": host} | self._local_law()
