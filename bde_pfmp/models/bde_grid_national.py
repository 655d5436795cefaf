from collections import defaultdict

from odoo import api, models


class BdeGrid(models.Model):
    """The national grids, and how académies come by them."""

    _inherit = "bde.grid"

    @api.model
    def _library(self):
        """The national grids that this module ships."""
        names = ("grid_national", "grid_national_self")
        found = [self.env.ref(f"bde_pfmp.{name}", raise_if_not_found=False) for name in names]
        return self.browse([grid.id for grid in found if grid])

    @api.model
    def _hand_down(self, academies, library):
        """Gives académies the grids of the library that they do not have yet, in use."""
        known = self.with_context(active_test=False).search([("company_id", "in", academies.ids)])
        # a new version is made from the one that was handed down
        handed = defaultdict(self.browse)
        for grid in known:
            origin = grid.origin_id
            while origin.origin_id:
                origin = origin.origin_id
            handed[grid.company_id] |= origin
        for academy in academies:
            # the first company of a database keeps the library: as an académie it needs no copy
            own = library.filtered_domain([("company_id", "=", academy.id)])
            for grid in library - handed[academy] - own:
                grid.copy(
                    {
                        "company_id": academy.id,
                        "name": grid.name,
                        "origin_id": grid.id,
                        "state": "in_use",
                    }
                )

    @api.model
    def _hand_down_to_all(self):
        """Every académie that is there gets the national grids; at installation and upgrade."""
        academies = self.env["res.company"].search([("bde_kind", "=", "academy")])
        self._hand_down(academies, self._library())


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._hand_down_grids()
        return companies

    def write(self, vals):
        result = super().write(vals)
        if vals.get("bde_kind") == "academy":
            self._hand_down_grids()
        return result

    def _hand_down_grids(self):
        """An académie begins with the national grids."""
        academies = self.filtered(lambda company: company.bde_kind == "academy")
        if academies:
            # sudo: whoever opens an académie need not have a right on grids
            Grid = self.env["bde.grid"].sudo()
            Grid._hand_down(academies, Grid._library())
