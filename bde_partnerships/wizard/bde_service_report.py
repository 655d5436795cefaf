from odoo import api, fields, models
from odoo.fields import Command

GOOD = ("changed", "same", "done", "street", "town")


class BdeServiceReport(models.TransientModel):
    """What an outside service said of each of the chosen companies."""

    _name = "bde.service.report"
    _description = "Answers of a service"

    line_ids = fields.One2many("bde.service.report.line", "report_id", string="Companies")
    summary = fields.Char(compute="_compute_summary")

    @api.depends("line_ids.status")
    def _compute_summary(self):
        labels = dict(
            self.env["bde.service.report.line"]._fields["status"]._description_selection(self.env)
        )
        for report in self:
            counted = report.line_ids.grouped("status")
            report.summary = ", ".join(
                f"{label}: {len(counted[status])}"
                for status, label in labels.items()
                if status in counted
            )

    @api.model
    def _open(self, title, results):
        """Action that shows the results.

        :param dict results: ``{res.partner: Result(status, detail)}``
        """
        report = self.create(
            {
                "line_ids": [
                    Command.create(
                        {
                            "partner_id": partner.id,
                            "status": result.status,
                            "detail": result.detail,
                        }
                    )
                    # what needs somebody first
                    for partner, result in sorted(
                        results.items(), key=lambda item: item[1].status in GOOD
                    )
                ]
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": self._name,
            "res_id": report.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }


class BdeServiceReportLine(models.TransientModel):
    """One company in the answers of a service."""

    _name = "bde.service.report.line"
    _description = "Answer of a service"

    report_id = fields.Many2one("bde.service.report", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", string="Company", required=True, ondelete="cascade")
    city = fields.Char(related="partner_id.city")
    status = fields.Selection(
        [
            ("changed", "Changed"),
            ("same", "No change"),
            ("closed", "Closed down"),
            ("masked", "Not public"),
            ("missing", "Not in SIRENE"),
            ("other_name", "Another name"),
            ("no_siret", "Without SIRET"),
            ("done", "At its door"),
            ("street", "In its street"),
            ("town", "In its town"),
            ("hand", "Placed by hand"),
            ("no_address", "No address"),
            ("failed", "Not found"),
            ("unavailable", "No answer"),
        ],
        required=True,
    )
    detail = fields.Char()
