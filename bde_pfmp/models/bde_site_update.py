from odoo import fields, models


class BdeSiteUpdate(models.Model):
    """What a company answered about its site by the link: staged until staff accept it."""

    _name = "bde.site.update"
    _description = "Update of a site to accept"
    _inherit = ["bde.owned"]
    _order = "id desc"
    _rec_name = "relation_id"

    relation_id = fields.Many2one(
        "bde.relation",
        string="Company",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    state = fields.Selection(
        [("to_accept", "To accept"), ("accepted", "Accepted"), ("refused", "Put aside")],
        required=True,
        default="to_accept",
        readonly=True,
        index=True,
    )
    answered_on = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    name = fields.Char(string="Answered by", readonly=True)
    activity = fields.Char(readonly=True)
    phone = fields.Char(readonly=True)
    email = fields.Char(string="E-mail", readonly=True)
    website = fields.Char(readonly=True)
    places = fields.Integer(string="Trainees at once", readonly=True)
    takes_minors = fields.Selection([("yes", "Yes"), ("no", "No")], readonly=True)
    accessible = fields.Selection(
        [("yes", "Yes"), ("partly", "In part"), ("no", "No")], readonly=True
    )
    training_ids = fields.Many2many("bde.training", string="Trainings welcomed", readonly=True)
    remark = fields.Text(readonly=True)
    decided_by_id = fields.Many2one("res.users", string="Decided by", readonly=True)
    decided_on = fields.Datetime(readonly=True)
