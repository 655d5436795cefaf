from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import email_normalize

from ..rules import consents

# what the sheet says that the directory shows: neither e-mail nor telephone
PAPER_FIELDS = ("training", "cohort", "city", "trade", "employer", "study")


class BdeAlumniSheet(models.TransientModel):
    """Answers of the paper sheets of a class, or said at the bureau: one row a person."""

    _name = "bde.alumni.sheet"
    _description = "Answers to type in"

    channel = fields.Selection(
        [("paper", "On the signed sheet"), ("desk", "At the bureau")],
        string="Said",
        required=True,
        default="paper",
    )
    line_ids = fields.One2many("bde.alumni.sheet.line", "sheet_id", string="Answers")

    @api.model
    def _of(self, alumni):
        """A dialog with a row for each of these people, as things stand.

        :rtype: dict
        """
        alumni.check_access("write")
        sheet = self.create(
            {
                "channel": "desk" if len(alumni) == 1 else "paper",
                "line_ids": [
                    Command.create(
                        {
                            "alumnus_id": one.id,
                            "email": one.email,
                            "phone": one.phone,
                            "informed": bool(one.informed_on),
                        }
                        | {purpose: one[f"ok_{purpose}"] for purpose in consents.PURPOSES}
                    )
                    for one in alumni.sorted("name")
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Answers to type in"),
            "res_model": self._name,
            "res_id": sheet.id,
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def action_save(self):
        """Writes what changed, row by row; nothing is written when one row is wrong.

        :raise UserError: the row and what is wrong with it
        """
        self.ensure_one()
        self.line_ids.alumnus_id._bde_check_staff()
        self._save_informed()
        for purpose in consents.PURPOSES:
            self._save_purpose(purpose)
        for line in self.line_ids:
            line._save_reach()
        answered = self.line_ids.filtered("informed").alumnus_id
        for company, alumni in answered.grouped("company_id").items():
            # sudo: kept field, the role was checked
            alumni.sudo().choices_on = company._bde_today()
        objecting = self.line_ids.filtered("objects").alumnus_id
        objecting._object(self.channel)
        return {"type": "ir.actions.act_window_close"}

    def _save_informed(self):
        lines = self.line_ids.filtered(lambda line: line.informed or line._agrees())
        # whoever signed the sheet has read it
        lines.informed = True
        lines.alumnus_id._note_informed(self.channel)

    def _save_purpose(self, purpose):
        """New yeses and noes of a purpose; what did not change is left as it was said."""
        lines = self.line_ids.filtered(lambda line: not line.objects)
        changed = lines.filtered(lambda line: line[purpose] != line.alumnus_id[f"ok_{purpose}"])
        yes = changed.filtered(purpose)
        for by, group in yes.grouped(lambda line: line._by(purpose)).items():
            group.alumnus_id._consent(purpose, PAPER_FIELDS, by, self.channel)
        no = (changed - yes).alumnus_id
        if no:
            no._withdraw([purpose], self.channel)


class BdeAlumniSheetLine(models.TransientModel):
    """What one person answered."""

    _name = "bde.alumni.sheet.line"
    _description = "Answers of an alumnus"

    sheet_id = fields.Many2one("bde.alumni.sheet", required=True, ondelete="cascade", index=True)
    alumnus_id = fields.Many2one(
        "bde.alumnus", string="Name", required=True, readonly=True, ondelete="cascade"
    )
    is_minor = fields.Boolean(compute="_compute_is_minor")
    email = fields.Char(string="Private e-mail")
    phone = fields.Char(string="Mobile phone")
    informed = fields.Boolean(
        string="Was told", help="Signed the sheet, or was told at the bureau."
    )
    news = fields.Boolean()
    directory = fields.Boolean(
        help="With training, year, town, trade, company and studies; e-mail and telephone are "
        "shown only to those who tick it themselves on their page.",
    )
    mentoring = fields.Boolean()
    solicitation = fields.Boolean(string="May be asked")
    portrait = fields.Boolean()
    guardians = fields.Boolean(
        string="Guardians signed", help="Needed under 15, and for a minor's portrait."
    )
    objects = fields.Boolean(string="Objects: erase", help="Erases the person once it is saved.")

    @api.depends("alumnus_id")
    def _compute_is_minor(self):
        for line in self:
            line.is_minor = not line.alumnus_id.is_adult

    def _agrees(self):
        return any(self[purpose] for purpose in consents.PURPOSES)

    def _by(self, purpose):
        """Who says it: the guardians of a minor where the law wants them."""
        if self.guardians and not self.alumnus_id._may_say(purpose):
            return "guardians"
        return "self"

    def _save_reach(self):
        """Private addresses as they were written on the sheet."""
        alumnus = self.alumnus_id
        if self.objects:
            return
        email = email_normalize(self.email) if self.email else False
        if self.email and not email:
            raise UserError(
                self.env._(
                    "%(name)s: “%(email)s” is not an e-mail address.",
                    name=alumnus.name,
                    email=self.email,
                )
            )
        values = {"email": email, "phone": (self.phone or "").strip() or False}
        changed = {name: value for name, value in values.items() if alumnus[name] != value}
        if changed:
            alumnus.write(changed)
