from odoo import fields, models


class EventEvent(models.Model):
    _inherit = "event.event"

    bde_kind = fields.Selection(
        selection_add=[
            ("avenirpro", "AvenirPro workshop"),
            ("interview", "Interviews"),
            ("alumni", "Meeting with alumni"),
            ("forum", "Forum"),
        ],
        ondelete={
            "avenirpro": "set default",
            "interview": "set default",
            "alumni": "set default",
            "forum": "set default",
        },
    )


class EventRegistration(models.Model):
    _inherit = "event.registration"

    bde_student_id = fields.Many2one(
        "bde.student",
        string="Pupil",
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
    )
    bde_alumnus_id = fields.Many2one(
        "bde.alumnus",
        string="Alumnus",
        index="btree_not_null",
        check_company=True,
        ondelete="cascade",
    )
