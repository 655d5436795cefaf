from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..rules import portraits

STATES = [
    ("draft", "Being written"),
    ("to_approve", "To be approved"),
    ("approved", "Approved"),
    ("published", "Shown"),
    ("ended", "Over"),
]
# what people read and agree to: changed while it is written, and then no more
FIXED = {"title", "text", "ask_page", "ask_letters", "ask_class", "until", "alumnus_id"}
YEARS = 2
SAID = ("consent_ids.on_page", "consent_ids.in_letters", "consent_ids.in_class")


class BdePortrait(models.Model):
    """The story of an alumnus, as he approved it: text and pictures, each for its uses.

    Nothing is shown before the person (and, for a minor, both holders of parental authority) has
    read the text and chosen each picture, what it is used for and until when.
    """

    _name = "bde.portrait"
    _description = "Portrait of an alumnus"
    _inherit = ["bde.owned", "bde.kept", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_name = "title"

    alumnus_id = fields.Many2one(
        "bde.alumnus", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        related="alumnus_id.company_id", store=True, precompute=True, default=None
    )
    title = fields.Char(
        required=True, help="As it is shown, for instance: Gina, electrician in Dijon."
    )
    text = fields.Text(
        required=True, help="A few sentences: training, what came after, what he does today."
    )
    state = fields.Selection(
        STATES, required=True, readonly=True, default="draft", copy=False, tracking=True
    )
    ask_page = fields.Boolean(
        string="On the public page", default=True, help="Where companies propose something."
    )
    ask_letters = fields.Boolean(
        string="In letters of the tax", help="Of an adult alone: companies read them."
    )
    ask_class = fields.Boolean(string="In class", help="On paper, for the pupils of today.")
    until = fields.Date(
        required=True,
        default=lambda self: self.env.company._bde_today() + relativedelta(years=YEARS),
        help="The person may choose an earlier day. What is agreed to for a minor ends at 18.",
    )
    is_minor = fields.Boolean(string="Under 18", compute="_compute_is_minor")
    asked_count = fields.Integer(string="Times asked", readonly=True, copy=False)
    asked_on = fields.Date(readonly=True, copy=False)
    published_on = fields.Date(string="Shown since", readonly=True, copy=False)
    ended_on = fields.Date(string="Over since", readonly=True, copy=False)
    picture_ids = fields.One2many("bde.portrait.picture", "portrait_id", string="Pictures")
    consent_ids = fields.One2many("bde.portrait.consent", "portrait_id", readonly=True)
    progress = fields.Char(compute="_compute_progress", help="Who has answered.")
    shown_text = fields.Char(string="Shown", compute="_compute_shown_text")

    _company_state_idx = models.Index("(company_id, state)")

    @api.depends("alumnus_id.is_adult", "alumnus_id.student_id")
    def _compute_is_minor(self):
        for portrait in self:
            portrait.is_minor = bool(portrait.alumnus_id) and not portrait._decides_alone()

    @api.depends_context("lang")
    @api.depends("consent_ids.state")
    def _compute_progress(self):
        for portrait in self:
            rows = portrait._current_rows().filtered(lambda one: not one.picture_id)
            answered = rows.filtered(lambda one: one.state != "asked")
            waiting = ", ".join((rows - answered).mapped("name"))
            portrait.progress = False
            if rows:
                portrait.progress = self.env._(
                    "%(count)s of %(total)s", count=len(answered), total=len(rows)
                )
            if waiting:
                portrait.progress = self.env._(
                    "%(progress)s – waiting for %(names)s",
                    progress=portrait.progress,
                    names=waiting,
                )

    @api.depends_context("lang")
    @api.depends("state", "consent_ids.state", "consent_ids.until", *SAID)
    def _compute_shown_text(self):
        words = self._use_words()
        agreed = self.alumnus_id._may_write("portrait")
        for portrait in self:
            uses = portraits.USES if portrait.alumnus_id in agreed else ()
            portrait.shown_text = ", ".join(
                words[use]
                for use in uses
                if portrait._stands(None, use, portrait.company_id._bde_today())
            )

    @api.model
    def _use_words(self):
        """{use: its words}"""
        return {
            use: self._fields[f"ask_{use}"]._description_string(self.env) for use in portraits.USES
        }

    @api.constrains("until")
    def _check_until(self):
        for portrait in self:
            first = portrait.create_date.date() if portrait.create_date else None
            limit = first and first + relativedelta(years=portraits.MOST_YEARS, days=1)
            if limit and portrait.until > limit:
                raise ValidationError(
                    self.env._(
                        "A portrait is shown for %(years)s years at most: choose an earlier day.",
                        years=portraits.MOST_YEARS,
                    )
                )

    # ------------------------------------------------------------
    # What was read stays as it was read
    # ------------------------------------------------------------

    def write(self, vals):
        if FIXED & vals.keys() and not self.env.su:
            self._check_draft()
        return super().write(vals)

    def unlink(self):
        # by the ORM: files of pictures are reached by no cascade of the database
        self.picture_ids.unlink()
        return super().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_stop_shown(self):
        self._leave_letters()

    def _check_draft(self):
        if any(portrait.state != "draft" for portrait in self):
            raise UserError(
                self.env._(
                    "This text was given to be read: take it back to writing first. It is then "
                    "shown nowhere, and asked for again."
                )
            )

    # ------------------------------------------------------------
    # What may be shown
    # ------------------------------------------------------------

    def _decides_alone(self):
        """Whether the person alone agrees: of age, or emancipated."""
        alumnus = self.alumnus_id
        if alumnus.is_adult:
            return True
        # sudo: only whether a judgment emancipated the pupil, not what it says
        student = alumnus.sudo().student_id
        return bool(student) and student._signs_alone_on(alumnus.company_id._bde_today())

    def _current_rows(self):
        """What was said of the words as they are: rows of older wordings are history."""
        return self.consent_ids.filtered(lambda one: one.state != "replaced")

    def _shows(self, picture, use, today):
        """Whether text (None) or a picture may be shown for a use on a day.

        Asked each time that something is shown: a withdrawal holds at once.
        """
        self.ensure_one()
        return self._stands(picture, use, today) and bool(self.alumnus_id._may_write("portrait"))

    def _is_shown(self):
        """Whether anything of it may be shown anywhere today."""
        today = self.company_id._bde_today()
        return any(self._shows(None, use, today) for use in portraits.USES)

    def _stands(self, picture, use, today):
        """As :meth:`_shows`, for those of whom it is known that the purpose stands."""
        if self.state != "published" or (use == "letters" and not self.alumnus_id.is_adult):
            return False
        what = picture or self.env["bde.portrait.picture"]
        rows = self._current_rows().filtered(lambda one: one.picture_id == what)
        if self.is_minor and "guardian" not in rows.mapped("by"):
            # taken for an adult when he was asked: his date of birth was put right since
            return False
        return portraits.stands([one._said() for one in rows], use, today)

    @api.model
    def _shown(self, company, use):
        """What a school shows for a use today, the latest first.

        In sudo: pages without an account and letters show it. Constant queries.

        :param str use: of ``portraits.USES``
        :return: list of (portrait, pictures)
        """
        today = company._bde_today()
        # sudo: see above
        found = self.sudo().search(
            [("company_id", "=", company.id), ("state", "=", "published")],
            order="published_on desc, id desc",
        )
        agreed = found.alumnus_id._may_write("portrait")
        return [
            (portrait, portrait._shown_pictures(use, today))
            for portrait in found
            if portrait.alumnus_id in agreed and portrait._stands(None, use, today)
        ]

    def _shown_pictures(self, use, today):
        """Pictures of a portrait whose text may be shown for that use."""
        return self.picture_ids.filtered(lambda one: self._stands(one, use, today))
