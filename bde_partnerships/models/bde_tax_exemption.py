from odoo import api, fields, models, tools

from ..rules.tax import Exemption


class BdeTaxExemption(models.Model):
    """A dated reason not to owe the solde, with its article: data of the module.

    One that is not ``certain`` never leaves a company out by itself: people check it.
    """

    _name = "bde.tax.exemption"
    _description = "Who does not owe the solde of the taxe d'apprentissage"
    _inherit = ["bde.cached", "bde.unsigned"]
    _order = "sequence, code, date_from desc"

    sequence = fields.Integer(default=10)
    code = fields.Char(required=True)
    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(
        [
            ("department", "Department of the establishment"),
            ("legal_category", "Legal category"),
            ("apprentice_small_payroll", "Apprentice and small payroll"),
            ("self_employed", "Self-employed without staff"),
            ("association", "Non-profit"),
        ],
        required=True,
    )
    value = fields.Char(
        help="Departments, beginnings of legal categories, or the number of yearly SMIC."
    )
    date_from = fields.Date(string="In force from")
    date_to = fields.Date(string="In force until", help="Last day included.")
    article = fields.Char(required=True, help="Where it is written.")
    certain = fields.Boolean(
        help="Certain: who fits is left out. Otherwise shown as to check, and asked all the same."
    )
    note = fields.Text(translate=True)

    _code_date_uniq = models.UniqueIndex(
        "(code, COALESCE(date_from, '1900-01-01'))",
        "There is an exemption of this code from this day already.",
    )

    @api.model
    @tools.ormcache("date")
    def _in_force(self, date):
        """The exemptions of a day, in their order.

        :param datetime.date date: last day of the payroll's year
        :rtype: tuple[rules.tax.Exemption]
        """
        # sudo: the law is the same for everybody
        found = self.sudo().search(
            [
                "|", ("date_from", "=", False), ("date_from", "<=", date),
                "|", ("date_to", "=", False), ("date_to", ">=", date),
            ]
        )  # fmt: skip
        return tuple(
            Exemption(one.code, one.kind, one.value or "", one.certain, one.id) for one in found
        )
