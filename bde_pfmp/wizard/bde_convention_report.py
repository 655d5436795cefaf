from odoo import api, fields, models


class BdeConventionReport(models.TransientModel):
    """What a batch did: how many went through, and line by line why others did not."""

    _name = "bde.convention.report"
    _description = "Result of a batch of conventions"

    summary = fields.Char(readonly=True)
    convention_ids = fields.Many2many("bde.convention", readonly=True)
    line_ids = fields.One2many("bde.convention.report.line", "report_id", readonly=True)
    stopped_ids = fields.One2many(
        "bde.convention.report.line", "report_id", readonly=True, domain=[("kind", "=", "stopped")]
    )
    warned_ids = fields.One2many(
        "bde.convention.report.line", "report_id", readonly=True, domain=[("kind", "=", "warned")]
    )

    @api.model
    def _open(self, conventions, stopped, verb="sent", warned=None):
        """Opens what was done: the conventions when all went well, else this report.

        :param conventions: those that went through
        :param dict stopped: ``{bde.placement: [sentences]}``
        :param str verb: ``made`` or ``sent``
        :param dict warned: as ``stopped``, of those that went through all the same
        :return: an action
        """
        if conventions and not stopped and not warned:
            return self._open_conventions(conventions)
        count = len(conventions)
        if verb == "made":
            summary = self.env._("%(count)s conventions made", count=count)
        else:
            summary = self.env._("%(count)s conventions sent", count=count)
        if stopped:
            summary = self.env._("%(done)s, %(stopped)s not.", done=summary, stopped=len(stopped))
        # sudo: nobody writes a report himself, its lines would name any pupil
        report = self.sudo().create(
            {
                "summary": summary,
                "convention_ids": conventions.ids,
                "line_ids": [
                    fields.Command.create(
                        {
                            "placement_id": placement.id,
                            "kind": kind,
                            "reason": "\n".join(reasons),
                        }
                    )
                    for kind, found in (("stopped", stopped), ("warned", warned or {}))
                    for placement, reasons in found.items()
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Conventions"),
            "res_model": self._name,
            "res_id": report.id,
            "view_mode": "form",
            "target": "new",
        }

    @api.model
    def _open_conventions(self, conventions):
        action = self.env["ir.actions.act_window"]._for_xml_id("bde_pfmp.action_convention")
        action["context"] = {}
        if len(conventions) == 1:
            return action | {
                "res_id": conventions.id,
                "view_mode": "form",
                "views": [(False, "form")],
            }
        return action | {"domain": [("id", "in", conventions.ids)]}

    def action_see_conventions(self):
        """The conventions that went through."""
        self.ensure_one()
        return self._open_conventions(self.convention_ids)


class BdeConventionReportLine(models.TransientModel):
    _name = "bde.convention.report.line"
    _description = "Placement that a batch left out, or sent with a warning"

    report_id = fields.Many2one(
        "bde.convention.report", required=True, index=True, ondelete="cascade"
    )
    placement_id = fields.Many2one("bde.placement", required=True, ondelete="cascade")
    kind = fields.Selection(
        [("stopped", "Left out"), ("warned", "Sent, to look at")], required=True, default="stopped"
    )
    student_name = fields.Char(related="placement_id.student_name", string="Pupil")
    division_id = fields.Many2one(related="placement_id.division_id", string="Class")
    reason = fields.Text(string="What is missing", required=True)

    def action_open_placement(self):
        """The placement to complete."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "bde.placement",
            "res_id": self.placement_id.id,
            "view_mode": "form",
        }
