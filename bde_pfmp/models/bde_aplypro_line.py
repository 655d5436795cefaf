from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, format_date

KINDS = [
    ("differs", "Differs"),
    ("only_here", "Not in APLyPro"),
    ("only_there", "Only in APLyPro"),
    ("twice", "Twice in APLyPro"),
    ("unreadable", "Cannot be read"),
    ("same", "The same"),
]


class BdeAplyproColumn(models.Model):
    """What a column of the list holds: guessed from its title, or as the user says."""

    _name = "bde.aplypro.column"
    _description = "Column of a list of APLyPro"
    _inherit = ["bde.owned"]
    _order = "import_id, sequence"
    _rec_name = "title"

    import_id = fields.Many2one(
        "bde.aplypro.import", string="Comparison", required=True, readonly=True, index=True,
        ondelete="cascade",
        check_company=True,
    )  # fmt: skip
    company_id = fields.Many2one(
        related="import_id.company_id", store=True, precompute=True, default=None
    )
    sequence = fields.Integer(readonly=True)
    title = fields.Char(readonly=True)
    sample = fields.Char(string="Example", readonly=True)
    field = fields.Selection(
        [
            ("ine", "INE"),
            ("lastname", "Last name"),
            ("firstname", "First name"),
            ("name", "Last and first name"),
            ("division", "Class"),
            ("mef", "MEF"),
            ("date_start", "First day"),
            ("date_end", "Last day"),
            ("days", "Number of days"),
            ("amount", "Amount"),
            ("state", "State in APLyPro"),
        ],
        string="Holds",
    )


class BdeAplyproLine(models.Model):
    """One stay in one of the two lists, or in both, and how they differ."""

    _name = "bde.aplypro.line"
    _description = "Line compared with APLyPro"
    _inherit = ["bde.owned"]
    _order = "import_id, id"
    _rec_name = "student_name"

    import_id = fields.Many2one(
        "bde.aplypro.import", string="Comparison", required=True, readonly=True, index=True,
        ondelete="cascade",
        check_company=True,
    )  # fmt: skip
    company_id = fields.Many2one(
        related="import_id.company_id", store=True, precompute=True, default=None
    )
    kind = fields.Selection(KINDS, string="Found", required=True, readonly=True)
    line = fields.Integer(string="Line of the file", readonly=True)
    student_name = fields.Char(string="Pupil", readonly=True)
    allowance_id = fields.Many2one(
        "bde.allowance", readonly=True, index="btree_not_null", ondelete="set null",
        check_company=True,
    )  # fmt: skip
    division_id = fields.Many2one(related="allowance_id.division_id", string="Class")
    parts = fields.Json(readonly=True)
    text = fields.Char(string="What differs", compute="_compute_text")

    @api.model
    def _vals(self, found):
        """Values of a :class:`rules.aplypro_file.Difference`."""
        row, ours = found.row, found.ours
        parts = [[name, _plain(here), _plain(there)] for name, here, there in found.parts]
        if row and row.faults:
            parts = [[code, None, text] for code, text in row.faults]
        elif found.kind == "only_here":
            parts = [["days", ours.days, None], ["date_start", _plain(ours.start), None]]
        elif found.kind == "only_there":
            parts = [["days", None, row.days], ["date_start", None, _plain(row.start)]]
        return {
            "kind": found.kind,
            "line": row.line if row else 0,
            "student_name": ours.name if ours else (row.name or row.ine),
            "allowance_id": ours.key if ours else False,
            "parts": parts,
        }

    @api.depends_context("lang")
    @api.depends("kind", "parts")
    def _compute_text(self):
        for line in self:
            line.text = line._in_words()

    def _in_words(self):
        """What differs and what to do about it."""
        parts = {name: (here, there) for name, here, there in self.parts or ()}
        if self.kind == "unreadable":
            cells = ", ".join(f"“{there}”" for _here, there in parts.values())
            return self.env._(
                "Cannot be read: %(cells)s. Correct the file and load it again.", cells=cells
            )
        if self.kind == "twice":
            return self.env._("This stay is in the file twice: withdraw one in APLyPro.")
        if self.kind == "only_here":
            return self.env._(
                "From %(day)s, %(days)s days: enter it in APLyPro.",
                day=self._value("date_start", parts["date_start"][0]),
                days=parts["days"][0],
            )
        if self.kind == "only_there":
            return self.env._(
                "From %(day)s: no signed stay is known here at these dates, or no such pupil.",
                day=self._value("date_start", parts["date_start"][1]),
            )
        return " · ".join(
            self.env._(
                "%(what)s: %(here)s here, %(there)s in APLyPro",
                what=self._label(name),
                here=self._value(name, here),
                there=self._value(name, there),
            )
            for name, (here, there) in parts.items()
        )

    def _label(self, name):
        column = self.env["bde.aplypro.column"]._fields["field"]
        return dict(column._description_selection(self.env))[name]

    def _value(self, name, value):
        if value is None or value is False or value == "":
            return self.env._("nothing")
        if name in ("date_start", "date_end"):
            return format_date(self.env, value)
        if name == "amount":
            return format_amount(self.env, float(value), self.env.ref("base.EUR"))
        return str(value)

    def action_open(self):
        """Opens the pupil, where days and papers are."""
        self.ensure_one()
        if not self.allowance_id:
            raise UserError(self.env._("No stay of the school stands behind this line."))
        return self.allowance_id.action_open_student()


def _plain(value):
    """As JSON keeps it."""
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if hasattr(value, "isoformat") else value
