from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from odoo.addons.bde_partnerships.rules import identifiers
from odoo.addons.bde_partnerships.rules.texts import text_lines

PARTS = ("can_do", "let_do", "never")


class BdeTutorSheet(models.Model):
    """What a tutor needs to know of the pupils of a training, in a few lines.

    A school writes one for each of its trainings, the académie one for a diploma and a year of
    its cycle. What nobody wrote is taken from the competences and tasks of the training.
    """

    _name = "bde.tutor.sheet"
    _description = "Sheet for tutors"
    _inherit = ["bde.owned"]
    _order = "name, id"

    active = fields.Boolean(default=True)
    name = fields.Char(compute="_compute_name", store=True, precompute=True)
    training_id = fields.Many2one(
        "bde.training",
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
        domain="[('company_id', '=', company_id)]",
        help="The level of the diploma in which the pupils are: each year has its own.",
    )
    cfd = fields.Char(
        string="CFD",
        index="btree_not_null",
        help="For a sheet of the académie: code of the diploma, 8 digits, for all schools.",
    )
    cycle_year = fields.Selection(
        [("1", "First year"), ("2", "Second year"), ("3", "Third year")],
        string="Year of the cycle",
        help="For a sheet of the académie. Empty: all years.",
    )
    can_do = fields.Text(
        string="What the pupil can do already",
        help="One a line. Empty: the competences of the training.",
    )
    let_do = fields.Text(
        string="What to let him do", help="One a line. Empty: the tasks of the convention."
    )
    never = fields.Text(
        string="What never",
        help="One a line, besides what the law says of regulated works and of hours.",
    )
    is_handed_down = fields.Boolean(string="Of the académie", compute="_compute_is_handed_down")

    _training_uniq = models.UniqueIndex(
        "(training_id) WHERE active AND training_id IS NOT NULL",
        "There is a sheet for this training already.",
    )
    _diploma_uniq = models.UniqueIndex(
        "(company_id, cfd, COALESCE(cycle_year, '')) WHERE active AND training_id IS NULL",
        "There is a sheet for this diploma and year already.",
    )

    @api.depends("training_id.name", "training_id.code", "cfd", "cycle_year")
    def _compute_name(self):
        years = dict(self._fields["cycle_year"]._description_selection(self.env))
        for sheet in self:
            training = sheet.training_id
            sheet.name = (
                training.code
                or training.name
                or " – ".join(filter(None, (sheet.cfd, years.get(sheet.cycle_year))))
            )

    @api.depends("company_id")
    def _compute_is_handed_down(self):
        for sheet in self:
            # sudo: a school does not read its académie
            sheet.is_handed_down = sheet.sudo().company_id.bde_kind == "academy"

    @api.constrains("training_id", "cfd", "company_id")
    def _check_subject(self):
        for sheet in self:
            if sheet.is_handed_down:
                if not sheet.cfd or not identifiers.is_cfd(sheet.cfd):
                    raise ValidationError(
                        self.env._("Type the code of the diploma (CFD, 8 digits) of this sheet.")
                    )
            elif not sheet.training_id:
                raise ValidationError(self.env._("Choose the training that this sheet is about."))

    @api.constrains("can_do", "let_do", "never")
    def _check_length(self):
        """It is one page: a tutor reads ten lines, not fifty."""
        for sheet in self:
            for name in PARTS:
                lines = text_lines(sheet[name])
                if len(lines) > 12 or any(len(line) > 160 for line in lines):
                    raise ValidationError(
                        self.env._(
                            "%(part)s: at most 12 lines of 160 letters, so that it stays one page.",
                            part=self._fields[name]._description_string(self.env),
                        )
                    )

    @api.model
    def _of_trainings(self, trainings):
        """The sheet of each training: the school's own, else the académie's, else none.

        :return: {training: sheet in sudo}; one query
        """
        # sudo: what a school and its académie wrote for tutors, who have no account
        schools = trainings.sudo().company_id
        codes = [code for code in trainings.mapped("cfd") if code]
        own = Domain("training_id", "in", trainings.ids)
        handed = Domain("company_id", "in", schools.parent_id.ids) & Domain("cfd", "in", codes)
        found = self.sudo().search(own | (handed & Domain("training_id", "=", False)))
        by_training = {sheet.training_id.id: sheet for sheet in found if sheet.training_id}
        by_diploma = {
            (sheet.company_id, sheet.cfd, sheet.cycle_year or ""): sheet
            for sheet in found
            if not sheet.training_id
        }
        result = {}
        for training in trainings:
            # sudo: as above
            academy = training.sudo().company_id.parent_id
            year = cycle_year(training.mef)
            result[training] = (
                by_training.get(training.id)
                or by_diploma.get((academy, training.cfd, year))
                or by_diploma.get((academy, training.cfd, ""))
                or self.sudo().browse()
            )
        return result


def cycle_year(mef):
    """Year of the cycle that a MEF code of ten digits ends with, as a text.

    >>> cycle_year("2472550521"), cycle_year(None)
    ('1', '')
    """
    return mef[9] if mef and len(mef) == 10 and mef[9] in "123" else ""


class BdeTraining(models.Model):
    _inherit = "bde.training"

    def action_tutor_sheet(self):
        """The sheet that the tutors of this training receive, or a new one to write."""
        self.ensure_one()
        sheet = self.env["bde.tutor.sheet"].search([("training_id", "=", self.id)], limit=1)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Sheet for tutors"),
            "res_model": "bde.tutor.sheet",
            "res_id": sheet.id,
            "view_mode": "form",
            "context": {"default_training_id": self.id, "default_company_id": self.company_id.id},
        }
