from odoo import fields, models


class BdeAlumniCount(models.Model):
    """How many people of a cohort objected to the follow-up, or were forgotten by rule.

    Without a name, a sex or a date: what remains of them so that rates say out of how many.
    """

    _name = "bde.alumni.count"
    _description = "Alumni who are no longer on file"
    _inherit = ["bde.owned", "bde.kept"]
    _order = "cohort desc, training_id, id"
    _rec_name = "cohort"

    cohort = fields.Integer(string="Left in", required=True, readonly=True)
    training_id = fields.Many2one(
        "bde.training", readonly=True, ondelete="restrict", index="btree_not_null",
        check_company=True,
    )  # fmt: skip
    objected_count = fields.Integer(string="Objected", readonly=True)
    forgotten_count = fields.Integer(string="Erased by rule", readonly=True)

    _cohort_training_uniq = models.UniqueIndex(
        "(company_id, cohort, COALESCE(training_id, 0))", "This count is there already."
    )
