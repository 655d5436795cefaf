from odoo import api, fields, models

from ..rules import consents


class BdeAlumniConsent(models.Model):
    """What an alumnus agreed to, when, having read which sentence; and how it ended.

    Written by the verbs of ``bde.alumnus`` alone. The lines that ended stay as a proof as long
    as the record of the person does (article 7 of the GDPR).
    """

    _name = "bde.alumni.consent"
    _description = "Consent of an alumnus"
    _inherit = ["bde.owned", "bde.kept"]
    _order = "alumnus_id, id desc"
    _rec_name = "purpose"

    alumnus_id = fields.Many2one(
        "bde.alumnus",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="alumnus_id.company_id", store=True, precompute=True, default=None
    )
    purpose = fields.Selection(
        [
            ("news", "News of the school"),
            ("directory", "Directory of alumni"),
            ("mentoring", "Mentoring"),
            ("solicitation", "Being asked to help"),
            ("portrait", "Portrait"),
        ],
        string="Agrees to",
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        [
            ("given", "Stands"),
            ("withdrawn", "Withdrawn"),
            ("replaced", "Said anew"),
            ("expired", "Ended at 18"),
        ],
        required=True,
        readonly=True,
        default="given",
    )
    shown_fields = fields.Json(
        readonly=True, help="Directory: names of what the person lets others see."
    )
    given_on = fields.Date(required=True, readonly=True)
    ended_on = fields.Date(readonly=True)
    by = fields.Selection(
        [("self", "Himself or herself"), ("guardians", "The guardians")],
        string="Said by",
        required=True,
        readonly=True,
        default="self",
    )
    channel = fields.Selection(
        [("link", "By the link"), ("desk", "At the bureau"), ("paper", "On paper")],
        required=True,
        readonly=True,
    )
    end_channel = fields.Selection(
        [
            ("link", "By the link"),
            ("desk", "At the bureau"),
            ("paper", "On paper"),
            ("job", "By itself"),
        ],
        string="Ended",
        readonly=True,
    )
    text_version = fields.Char(string="Version of the text", required=True, readonly=True)
    text = fields.Text(string="What was read", required=True, readonly=True)
    asked_again_on = fields.Date(readonly=True, help="When the person was asked again, at 18.")

    _standing_uniq = models.UniqueIndex(
        "(alumnus_id, purpose) WHERE state = 'given'", "This consent stands already."
    )

    @api.model
    def _sentences(self):
        """The sentence of each purpose, as an alumnus reads it.

        :return: ``{purpose: sentence}`` in the language of the environment
        """
        return {
            "news": self.env._(
                "I want to get the news of the school by e-mail, a few times a year."
            ),
            "directory": self.env._(
                "I want to be in the directory of former pupils. Members who are in it too see "
                "my name and only what I tick below."
            ),
            "mentoring": self.env._(
                "I am willing to answer a pupil or a former pupil who asks for advice. Nobody "
                "sees my address before I said yes to that person."
            ),
            "solicitation": self.env._(
                "Once a year the school may ask me if I would help: be a tutor, host a pupil, "
                "speak in class, sit on a jury, think of it for the taxe d'apprentissage."
            ),
            "portrait": self.env._(
                "The school may offer me to tell my story. Nothing is shown before I have read "
                "it and chosen each picture, what it is used for and until when."
            ),
        }


class BdeAlumnus(models.Model):
    """Consents of an alumnus: given, withdrawn, asked before anything is sent."""

    _inherit = "bde.alumnus"

    consent_ids = fields.One2many("bde.alumni.consent", "alumnus_id", string="Consents")
    ok_news = fields.Boolean(string="Wants news", compute="_compute_oks", store=True)
    ok_directory = fields.Boolean(string="In the directory", compute="_compute_oks", store=True)
    ok_mentoring = fields.Boolean(string="Mentor", compute="_compute_oks", store=True)
    ok_solicitation = fields.Boolean(
        string="May be asked to help", compute="_compute_oks", store=True
    )
    ok_portrait = fields.Boolean(string="Portrait agreed", compute="_compute_oks", store=True)
    no_more_on = fields.Date(
        string="No for good since",
        readonly=True,
        copy=False,
        help="Nothing is sent any more. What became of the person stays in the counts.",
    )
    informed_on = fields.Date(
        string="Told of the follow-up on",
        readonly=True,
        copy=False,
        help="Information that the law asks for (article 13 of the GDPR): without it, nothing "
        "is asked of the person.",
    )
    informed_how = fields.Selection(
        [
            ("letter", "By e-mail"),
            ("class", "In class"),
            ("paper", "On paper"),
            ("desk", "At the bureau"),
        ],
        string="Told how",
        readonly=True,
        copy=False,
    )

    @api.depends("consent_ids.state", "consent_ids.purpose")
    def _compute_oks(self):
        for alumnus in self:
            standing = {
                consent.purpose for consent in alumnus.consent_ids if consent.state == "given"
            }
            for purpose in consents.PURPOSES:
                alumnus[f"ok_{purpose}"] = purpose in standing
