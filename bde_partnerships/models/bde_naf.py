from odoo import api, fields, models

from ..rules import lookalike

SECTIONS = [
    ("A", "Agriculture, forestry and fishing"),
    ("B", "Mining and quarrying"),
    ("C", "Manufacturing"),
    ("D", "Electricity, gas, steam and air conditioning"),
    ("E", "Water, sewerage, waste and remediation"),
    ("F", "Construction"),
    ("G", "Trade; repair of motor vehicles"),
    ("H", "Transport and storage"),
    ("I", "Accommodation and food service"),
    ("J", "Information and communication"),
    ("K", "Finance and insurance"),
    ("L", "Real estate"),
    ("M", "Professional, scientific and technical activities"),
    ("N", "Administrative and support services"),
    ("O", "Public administration"),
    ("P", "Education"),
    ("Q", "Health and social work"),
    ("R", "Arts, entertainment and recreation"),
    ("S", "Other services"),
    ("T", "Households as employers"),
    ("U", "Extraterritorial bodies"),
]


class BdeNaf(models.Model):
    """A sub-class of the French nomenclature of activities (NAF), as Insee publishes it.

    Official labels in French, never written here. NAF 2025 takes the place of revision 2 in
    2027: its codes come beside the old ones, told apart by ``version``.
    """

    _name = "bde.naf"
    _description = "Activity (NAF)"
    _order = "version, code"
    _rec_names_search = ["code", "dotted_code", "name", "name_key"]

    version = fields.Selection(
        [("rev2", "NAF rév. 2 (2008)"), ("2025", "NAF 2025")], required=True, default="rev2"
    )
    code = fields.Char(required=True, index=True, help="Four digits and a letter: 4321A.")
    dotted_code = fields.Char(
        string="Code as printed", compute="_compute_dotted_code", store=True, precompute=True
    )
    name = fields.Char(required=True)
    name_key = fields.Char(
        string="Name without accents", compute="_compute_name_key", store=True, precompute=True
    )
    section = fields.Selection(SECTIONS, required=True, index=True)

    _version_code_uniq = models.Constraint(
        "UNIQUE(version, code)", "This code stands there already."
    )

    @api.depends("code")
    def _compute_dotted_code(self):
        for naf in self:
            naf.dotted_code = f"{naf.code[:2]}.{naf.code[2:]}" if naf.code else False

    @api.depends("name")
    def _compute_name_key(self):
        for naf in self:
            naf.name_key = lookalike.fold(naf.name)

    @api.depends("dotted_code", "name")
    def _compute_display_name(self):
        for naf in self:
            naf.display_name = f"{naf.dotted_code or ''} {naf.name or ''}".strip()

    @api.model
    def _by_code(self, codes):
        """Sub-class of each code that is known, the oldest version of the nomenclature first.

        :param codes: canonical codes (``4321A``)
        :rtype: dict[str, bde.naf]
        """
        # sudo: a public nomenclature, read for whoever registers a company
        found = self.sudo().search([("code", "in", [code for code in set(codes) if code])])
        by_code = {}
        for naf in found.with_env(self.env):
            by_code.setdefault(naf.code, naf)
        return by_code
