from odoo import fields, models

# at most so many people asked at once, unless the mentor says otherwise
COUNT_AT_ONCE = 2


class BdeMentorProfile(models.Model):
    """What an alumnus who agreed to mentor says of it: about what, how many at once.

    The consent stands on the alumnus (``ok_mentoring``): a profile without it is shown to nobody
    and asked by nobody.
    """

    _name = "bde.mentor.profile"
    _description = "Mentor"
    _inherit = ["bde.owned", "bde.kept"]
    _order = "alumnus_id, id"
    _rec_name = "alumnus_id"

    alumnus_id = fields.Many2one(
        "bde.alumnus", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        related="alumnus_id.company_id", store=True, precompute=True, default=None
    )
    topics = fields.Char(help="What he can speak of: a trade, studies, the first contract…")
    about = fields.Text(string="In his own words", help="Pupils and alumni read it.")
    max_count = fields.Integer(
        string="People at once", default=COUNT_AT_ONCE, help="Who asks after that is told to wait."
    )
    is_paused = fields.Boolean(string="Not now", help="Nobody can ask until it is unticked.")

    _alumnus_uniq = models.Constraint("UNIQUE(alumnus_id)", "This mentor is in the list already.")
    _max_count_check = models.Constraint(
        "CHECK(max_count BETWEEN 1 AND 20)", "A mentor takes from 1 to 20 people at once."
    )

    def _bde_fixed(self):
        return super()._bde_fixed() | {"alumnus_id"}
