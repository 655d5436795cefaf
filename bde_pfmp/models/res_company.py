from odoo import api, models


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._hand_down_wordings()
        return companies

    def write(self, vals):
        result = super().write(vals)
        if vals.get("bde_kind") == "academy":
            self._hand_down_wordings()
        return result

    def _hand_down_wordings(self):
        """An académie begins with the national models of conventions."""
        academies = self.filtered(lambda company: company.bde_kind == "academy")
        if academies:
            # sudo: whoever opens an académie need not have a right on templates
            Template = self.env["bde.document.template"].sudo()
            Template._hand_down(academies, Template._convention_library())
