from odoo import api, fields, models


class BdeAlumniLetter(models.Model):
    """What was written to an alumnus: nothing leaves twice, what waits may be stopped.

    Written by ``bde.alumni.letters`` alone.
    """

    _name = "bde.alumni.letter"
    _description = "Letter to an alumnus"
    _inherit = ["bde.letter.log", "bde.kept"]

    alumnus_id = fields.Many2one(
        "bde.alumnus",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    purpose = fields.Char(readonly=True, help="What the person may say no to.")
    state = fields.Selection(
        [("queued", "Leaves soon"), ("sent", "Sent"), ("cancelled", "Stopped before it left")],
        required=True,
        readonly=True,
        default="queued",
    )
    subject = fields.Char(readonly=True)
    line = fields.Text(string="What it said", readonly=True)
    section = fields.Char(readonly=True, help="Part of the page that it is about.")
    # the mail itself holds a link: nobody but the queue reads it
    mail_id = fields.Many2one(
        "mail.mail",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups=fields.NO_ACCESS,
    )
    is_made = fields.Boolean(
        readonly=True, help="The message was made; news wait until their hour has come."
    )

    # who was stopped may be written to again, once he says yes again
    _once_uniq = models.UniqueIndex("(alumnus_id, kind) WHERE state != 'cancelled'")
    _kind_idx = models.Index("(company_id, kind)")
    _queued_idx = models.Index("(company_id, id) WHERE state = 'queued'")


class BdeBounce(models.AbstractModel):
    _inherit = "bde.bounce"

    @api.model
    def _note(self, rows):
        """Letters to alumni that did not arrive show it too."""
        result = super()._note(rows)
        self.env["bde.alumni.letters"]._note_bounces(rows)
        return result
