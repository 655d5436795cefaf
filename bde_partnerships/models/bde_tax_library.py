import csv
from collections import defaultdict

from odoo import api, models
from odoo.fields import Command
from odoo.tools import file_open

from ..rules.tax import USUAL_KINDS

YEARS_FILE = "bde_partnerships/data/tax_years.csv"
WINDOWS_FILE = "bde_partnerships/data/tax_windows.csv"


class BdeTaxYear(models.Model):
    """The published years that the module ships, and how académies come by them."""

    _inherit = "bde.tax.year"

    @api.model
    def _library(self):
        """Values of the published years with their windows, by year; what is empty is unknown.

        :rtype: dict[int, dict]
        """
        with file_open(WINDOWS_FILE) as file:
            windows = defaultdict(dict)
            for row in csv.DictReader(file):
                windows[int(row.pop("year"))][row.pop("kind")] = row
        with file_open(YEARS_FILE) as file:
            years = {int(row["year"]): row for row in csv.DictReader(file)}
        return {
            year: self._library_values(row) | {"window_ids": self._library_windows(windows[year])}
            for year, row in years.items()
        }

    @api.model
    def _library_values(self, row):
        numbers = {"year": int, "rate": float, "average_salary": float, "yearly_smic": float}
        return {name: numbers.get(name, str)(text) for name, text in row.items() if text}

    @api.model
    def _library_windows(self, windows):
        """Commands for the windows of a year: those that were published, else the usual ones."""
        return [
            Command.create({"kind": kind} | windows.get(kind, {}))
            for kind in windows or USUAL_KINDS
        ]

    @api.model
    def _hand_down(self, academies):
        """Gives académies the published years that they do not have yet, with their windows.

        What an académie has typed is its own: a year that is there is left as it is.
        """
        known = {
            (record.company_id, record.year)
            for record in self.search([("company_id", "in", academies.ids)])
        }
        return self.create(
            [
                {"company_id": academy.id, **values}
                for academy in academies
                for year, values in self._library().items()
                if (academy, year) not in known
            ]
        )

    @api.model
    def _hand_down_to_all(self):
        """Every académie that is there gets the published years; by the upgrade."""
        return self._hand_down(self.env["res.company"].search([("bde_kind", "=", "academy")]))


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._hand_down_tax_years()
        return companies

    def write(self, vals):
        result = super().write(vals)
        if vals.get("bde_kind") == "academy":
            self._hand_down_tax_years()
        return result

    def _hand_down_tax_years(self):
        """An académie begins with the published calendar of the taxe d'apprentissage."""
        academies = self.filtered(lambda company: company.bde_kind == "academy")
        if academies:
            # sudo: whoever opens an académie need not have a right on its calendar
            self.env["bde.tax.year"].sudo()._hand_down(academies)
