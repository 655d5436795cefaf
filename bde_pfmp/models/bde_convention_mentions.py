from odoo import models

from ..rules import mentions


class BdeConvention(models.Model):
    """Which mandatory mentions the current version of a convention lacks."""

    _inherit = "bde.convention"

    def _missing_mentions(self):
        """Numbers of the mentions that the current version lacks, for one.

        1 to 15 are those of D124-4, 16 the sheet on the law of the country (L124-20); their
        labels are ``MENTIONS`` of ``bde_document_template``. Stays that the law does not
        govern lack none. For many, the contents are read in one query.

        :rtype: list[int]
        """
        self.ensure_one()
        # sudo: the content is read to be counted, none of it leaves this method
        version = self.sudo().version_id
        if not version:
            return []
        content = version._content()
        if content["stay"] not in mentions.GOVERNED:
            return []
        return [found.number for found in mentions.check_content(content) if not found.present]
