from odoo import models
from odoo.exceptions import UserError
from odoo.tools.image import image_data_uri

from odoo.addons.bde_partnerships.models.bde_document_page import stylesheet

STYLE = "bde_alumni/static/src/css/portrait_sheet.css"


class BdePortrait(models.Model):
    """Portraits on paper, for the wall of a classroom: what was agreed to for that use alone."""

    _inherit = "bde.portrait"

    def action_class_sheet(self):
        """Opens the sheets of these portraits.

        :raise UserError: one of them may not be shown in class
        """
        self._check_class()
        return {
            "type": "ir.actions.act_url",
            "url": "/bde/alumni/portraits?ids=" + ",".join(map(str, self.ids)),
            "target": "new",
        }

    def _check_class(self):
        self.check_access("read")
        for portrait in self:
            if not portrait._shows(None, "class", portrait.company_id._bde_today()):
                raise UserError(
                    self.env._(
                        "“%(title)s” may not be shown in class: that was not agreed to, or is "
                        "over.",
                        title=portrait.title,
                    )
                )

    def _class_pdf(self):
        """PDF of these portraits, a page each.

        :raises UserError: one of them may not be shown in class
        :rtype: bytes
        """
        self._check_class()
        html = self.env["bde.document.mixin"]._render_page(
            "bde_alumni.portrait_sheets",
            {
                "lang": (self.env.lang or "fr").partition("_")[0],
                "css": stylesheet(STYLE),
                "pages": [portrait._sheet_page() for portrait in self],
            },
        )
        return self.env["bde.document.version"]._render_html(html)

    def _sheet_page(self):
        pictures = self._shown_pictures("class", self.company_id._bde_today())
        return {
            "title": self.title,
            "text": self.text,
            "training": self.alumnus_id.training_id.name or "",
            "cohort": self.alumnus_id.cohort,
            "school": self.company_id.name,
            "pictures": [
                {
                    "data": image_data_uri(picture.with_context(bin_size=False).image),
                    "alt": picture.caption or "",
                }
                for picture in pictures
            ],
        }
