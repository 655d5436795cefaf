from odoo import models
from odoo.exceptions import UserError

from odoo.addons.bde_partnerships.models.bde_document_page import stylesheet

from .bde_placement_stay import STAY_STATES

STYLE = "bde_pfmp/static/src/css/grid_sheet.css"
# a class or two; above, one request would take minutes
MAX_AT_ONCE = 60


class BdePlacement(models.Model):
    """The tutor's grid on paper, for a company that answers no link; staff type it afterwards."""

    _inherit = "bde.placement"

    def action_print_grids(self):
        """Opens the blank grids of these placements, one after the other in one PDF.

        :raises UserError: no convention is signed, or they are more than a class or two
        """
        followed = self.filtered(lambda one: one.state in STAY_STATES)
        if not followed:
            raise UserError(
                self.env._("The grid is made once the convention is signed: it names the tasks.")
            )
        if len(followed) > MAX_AT_ONCE:
            raise UserError(
                self.env._(
                    "%(count)s grids at once: at most %(limit)s. Take one class after the other.",
                    count=len(followed),
                    limit=MAX_AT_ONCE,
                )
            )
        return {
            "type": "ir.actions.act_url",
            "url": f"/bde/grids?ids={','.join(map(str, followed.ids))}",
            "target": "new",
        }

    def _grid_sheets_pdf(self):
        """PDF of the blank grids of these placements, whose rights were checked by the reader's.

        :rtype: bytes
        :raises AccessError: unless the user follows or manages them
        :raises UserError: no grid is in use
        """
        self.check_access("read")
        for company in self.company_id:
            company._bde_check_user_is("teacher", "secretary")
        # sudo: names and addresses that the sheet bears, of placements that the user reads
        sheets = self.sudo()._grid_sheets()
        if not sheets:
            raise UserError(
                self.env._(
                    "No grid is in use for this training: see Configuration, Evaluation grids."
                )
            )
        values = {"sheets": sheets, "css": stylesheet(STYLE), "lang": self.env.lang or "fr_FR"}
        html = self.env["bde.document.mixin"]._render_page("bde_pfmp.grid_sheets", values)
        return self.env["bde.document.version"]._render_html(html)

    def _grid_sheets(self):
        """What is printed, by class and pupil; constant queries.

        :return: list of dicts; placements without a line to answer are left out
        """
        grids = self.env["bde.grid"]._grids_for(self, "formative")
        Student = self.env["bde.student"]
        heads = {company: Student._booklet_letterhead(company) for company in self.company_id}
        sheets = []
        for placement in self.sorted(lambda one: (one.division_id.name or "", one.student_name)):
            grid = grids[placement]
            lines = placement._evaluation_lines(grid) if grid else []
            if lines:
                sheets.append(
                    heads[placement.company_id]
                    | {
                        "placement": placement,
                        "title": grid.name,
                        "groups": placement._evaluation_groups(lines),
                        "signatory": placement.tutor_id or placement.signatory_id,
                    }
                )
        return sheets
