from base64 import b64encode

from markupsafe import Markup

from odoo import api, fields, models


class BdeHostingSheet(models.TransientModel):
    """The paper sheets of an accord d'accueil, for the one who prints them.

    They hold links in clear: only their author can read them, and they are swept away with
    the other transient records.
    """

    _name = "bde.hosting.sheet"
    _description = "Sheets to print"

    name = fields.Char(required=True)
    file = fields.Binary(attachment=False)

    @api.model
    def _make(self, addresses):
        """The PDF of some agreements.

        :param addresses: {hosting: address behind its QR code}
        """
        pages = self._pages(addresses)
        pdf = self.env["bde.document.version"]._render_html(pages)
        hostings = self.env["bde.hosting"].union(*addresses)
        names = hostings.division_id.mapped("name")
        label = "-".join(names[:3]) if len(hostings) > 1 else hostings.student_id.name
        return self.create({"name": f"accord-accueil-{label}.pdf", "file": b64encode(pdf)})

    @api.model
    def _pages(self, addresses):
        """The sheets as one HTML page; they are in French, as what the host reads."""
        version = self.env["bde.document.version"]
        lang = self.env["bde.hosting"]._reader_lang()
        hostings = self.env["bde.hosting"].with_context(lang=lang)
        # sudo: name, class, dates and tasks, for the one who prints them
        sheets = [hosting.sudo()._sheet_values(url) for hosting, url in addresses.items()]
        for sheet in sheets:
            sheet["qr"] = version._qr_svg(sheet["url"])
        values = {"sheets": sheets, "days": hostings._day_names(), "lang": lang}
        html = (
            self.env["ir.qweb"]
            .with_context(lang=lang)
            .sudo()  # the template is ours, the values are listed above
            ._render("bde_pfmp.hosting_sheets", values, minimal_qcontext=True)
        )
        return Markup("<!DOCTYPE html>") + html

    def _download(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/file/{self.name}?download=true",
            "target": "download",
        }
