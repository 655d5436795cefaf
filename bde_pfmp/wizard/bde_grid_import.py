import base64
import csv
import io

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools.translate import LazyTranslate

from odoo.addons.bde_partnerships.models.bde_book_reason import REASONS as FILE_REASONS
from odoo.addons.bde_partnerships.models.bde_book_reason import reason as file_reason
from odoo.addons.bde_partnerships.rules import tables

from ..models.bde_grid import SECTIONS
from ..rules import grid_file

_lt = LazyTranslate(__name__)

REASONS = {
    "no_label": _lt("no label"),
    "too_long": _lt("the label has more than 250 characters: shorten it"),
    "code_too_long": _lt("“%(value)s” is no code: twenty characters at most"),
    "twice": _lt("the same label stands above"),
    "code_twice": _lt("the code %(value)s stands above with another label"),
    "code_is_date": _lt(
        "Excel made a date of this code (%(value)s): format the column as text, type it again"
    ),
    "section": _lt("“%(value)s” is neither attitude, nor competence, nor activity"),
    "many": _lt("more than 120 lines: nobody fills in such a grid"),
}


class BdeGridImport(models.TransientModel):
    """Adds a list of competences to a grid: looked at first, the good lines are kept."""

    _name = "bde.grid.import"
    _description = "Import of a list of competences"

    grid_id = fields.Many2one("bde.grid", required=True, readonly=True)
    file = fields.Binary(help="Workbook of Excel (.xlsx) or CSV: code, label, block.")
    filename = fields.Char()
    section = fields.Selection(
        SECTIONS,
        string="These are",
        required=True,
        default="competence",
        help="For lines that do not say it themselves.",
    )
    line_ids = fields.One2many("bde.grid.import.line", "import_id", string="Lines")
    good_count = fields.Integer(string="To add", compute="_compute_counts")
    known_count = fields.Integer(string="There already", compute="_compute_counts")
    refused_count = fields.Integer(string="Refused", compute="_compute_counts")
    refused_file = fields.Binary(string="Refused lines", readonly=True)
    refused_name = fields.Char(readonly=True)

    @api.depends("line_ids.status")
    def _compute_counts(self):
        for wizard in self:
            states = wizard.line_ids.mapped("status")
            wizard.good_count = states.count("new")
            wizard.known_count = states.count("known")
            wizard.refused_count = states.count("refused")

    def _read(self):
        """The file, cut in lines.

        :rtype: bde_pfmp.rules.grid_file.GridFile
        :raises UserError: when it cannot be read
        """
        if not self.file:
            raise UserError(self.env._("Add the file first."))
        try:
            return grid_file.read(self.filename or "", base64.b64decode(self.file))
        except tables.TableRefused as refusal:
            if refusal.code in FILE_REASONS:
                raise UserError(file_reason(self.env, refusal.code, refusal.values)) from refusal
            raise UserError(
                self.env._(
                    "No column holds the labels. Name the columns in the first row: code, "
                    "libellé, bloc."
                )
            ) from refusal

    def action_preview(self):
        """Shows what each line of the file becomes; nothing is written into the grid."""
        self.ensure_one()
        found = self._read()
        there = {(item.section, item.name) for item in self.grid_id.item_ids}
        lines = []
        for row in found.rows:
            section = row.section or self.section
            known = (section, row.label) in there
            lines.append(
                {
                    "row": row.line,
                    "section": section,
                    "code": row.code,
                    "name": row.label,
                    "block": row.block,
                    "status": "known" if known else "new",
                }
            )
        lines += [
            {
                "row": refused.line,
                "code": refused.code,
                "name": refused.label,
                "status": "refused",
                "reason": self._reason(refused),
            }
            for refused in found.refused
        ]
        lines.sort(key=lambda line: (line["status"] != "refused", line["row"]))
        self.write(
            {
                "line_ids": [Command.clear(), *(Command.create(line) for line in lines)],
                "refused_file": self._refused_file(found),
                "refused_name": self.env._("refused.csv"),
            }
        )
        return self._open()

    def _reason(self, refused):
        """Why a line is not taken, in words."""
        words = self.env._(REASONS[refused.reason])
        return words % {"value": refused.value}

    def _refused_file(self, found):
        """The refused lines as they were, with the reason: to correct and import again."""
        if not found.refused:
            return False
        stream = io.StringIO()
        writer = csv.writer(stream, delimiter=";")
        writer.writerow([*found.titles, self.env._("reason")])
        for refused in found.refused:
            cells = refused.cells + [""] * (len(found.titles) - len(refused.cells))
            sentence = self._reason(refused)
            writer.writerow([*cells, sentence])
        return base64.b64encode(stream.getvalue().encode("utf-8-sig"))

    def action_apply(self):
        """Adds the good lines to the grid; a second time adds nothing.

        :raises UserError: when there is nothing to add, or the grid was answered meanwhile
        """
        self.ensure_one()
        there = {(item.section, item.name) for item in self.grid_id.item_ids}
        good = self.line_ids.filtered(
            lambda line: line.status == "new" and (line.section, line.name) not in there
        )
        if not good:
            raise UserError(self.env._("There is nothing to add: look at the lines first."))
        last = max(self.grid_id.item_ids.mapped("sequence"), default=0)
        self.env["bde.grid.item"].create(
            [
                {
                    "grid_id": self.grid_id.id,
                    "sequence": last + number,
                    **{name: line[name] for name in ("section", "code", "name", "block")},
                }
                for number, line in enumerate(good.sorted("row"), 1)
            ]
        )
        return {"type": "ir.actions.act_window_close"}

    def _open(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import competences"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }


class BdeGridImportLine(models.TransientModel):
    """What one line of the file becomes."""

    _name = "bde.grid.import.line"
    _description = "Line of a list of competences"
    _order = "id"

    import_id = fields.Many2one("bde.grid.import", required=True, index=True, ondelete="cascade")
    row = fields.Integer(string="Line of the file")
    section = fields.Selection(SECTIONS)
    code = fields.Char()
    name = fields.Char(string="Label")
    block = fields.Char()
    status = fields.Selection(
        [("new", "Added"), ("known", "There already"), ("refused", "Refused")]
    )
    reason = fields.Char(string="Why")
