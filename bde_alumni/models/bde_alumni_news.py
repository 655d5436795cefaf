from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import is_html_empty

from odoo.addons.bde_partnerships.rules.tax_letter import unknown_words

from ..rules.news import WORDS


class BdeAlumniNews(models.Model):
    """News of a school, by mail, to those of its former pupils who agreed to get them.

    Sent by the mailings of core, in small chunks, without anything that follows who reads.
    """

    _name = "bde.alumni.news"
    _description = "News to alumni"
    _inherit = ["bde.owned", "bde.kept"]
    _order = "id desc"
    _rec_name = "subject"

    subject = fields.Char(required=True)
    body = fields.Html(
        string="Text",
        required=True,
        help="Words in braces are filled in for each reader. A paragraph whose word has no value"
        " for a reader is left out.",
    )
    words = fields.Char(string="Words that are filled in", compute="_compute_words")
    cohort_from = fields.Integer(
        string="Left from",
        default=lambda self: self._default_cohorts()[0],
        help="Year; 0: from the beginning.",
    )
    cohort_to = fields.Integer(
        string="Left until",
        default=lambda self: self._default_cohorts()[1],
        help="Year; 0: until today.",
    )
    training_ids = fields.Many2many(
        "bde.training", string="Trainings", check_company=True, help="Empty: all of them."
    )
    city = fields.Char(string="Town", help="Part of its name; empty: everywhere.")
    state = fields.Selection(
        [("draft", "Draft"), ("queued", "Leaves soon"), ("sent", "Sent")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
    )
    sent_on = fields.Datetime(string="Sent", readonly=True, copy=False)
    leaves_on = fields.Datetime(
        string="Leaves", readonly=True, copy=False, help="Mails leave in working hours."
    )
    user_id = fields.Many2one(
        "res.users", string="Sent by", readonly=True, copy=False, ondelete="set null"
    )
    mailing_id = fields.Many2one(
        "mailing.mailing",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups=fields.NO_ACCESS,
    )

    agreed_count = fields.Integer(string="Readers", compute="_compute_audience")
    missed_count = fields.Integer(string="Agreed, without an address", compute="_compute_audience")
    sent_count = fields.Integer(string="Mails sent", compute="_compute_counts")
    waiting_count = fields.Integer(string="Mails that wait", compute="_compute_counts")
    bounced_count = fields.Integer(string="Came back", compute="_compute_counts")
    stopped_count = fields.Integer(
        string="Stopped",
        compute="_compute_counts",
        help="Said no, or changed their address, before the mail left.",
    )
    no_count = fields.Integer(
        string="Said no since", compute="_compute_counts", help="No more news, after these."
    )

    _company_state_idx = models.Index("(company_id, state)")

    @api.model
    def _default_cohorts(self):
        """First and last year in which somebody left the school of the user."""
        [(first, last)] = self.env["bde.alumnus"]._read_group(
            [("company_id", "=", self.env.company.id)], [], ["cohort:min", "cohort:max"]
        )
        return first or 0, last or 0

    def _compute_words(self):
        self.words = ", ".join(f"{{{word}}}" for word in WORDS)

    @api.depends("cohort_from", "cohort_to", "training_ids", "city", "company_id", "state")
    def _compute_audience(self):
        Alumnus = self.env["bde.alumnus"]
        for news in self:
            if news.state != "draft":
                news.agreed_count = news.missed_count = 0
                continue
            agreed = news._audience_domain()
            news.agreed_count = Alumnus.search_count(agreed & self._reached_domain())
            news.missed_count = Alumnus.search_count(agreed) - news.agreed_count

    @api.model
    def _reached_domain(self):
        return Domain("email_normalized", "!=", False)

    def _audience_domain(self):
        """Alumni of the school who agreed to news and whom these concern."""
        self.ensure_one()
        domain = self.env["bde.alumnus"]._may_write_domain("news")
        domain &= Domain("company_id", "=", (self.company_id or self.env.company).id)
        if self.cohort_from:
            domain &= Domain("cohort", ">=", self.cohort_from)
        if self.cohort_to:
            domain &= Domain("cohort", "<=", self.cohort_to)
        if self.training_ids:
            domain &= Domain("training_id", "in", self.training_ids.ids)
        if self.city:
            domain &= Domain("city", "ilike", self.city.strip())
        return domain

    @api.depends("state")
    def _compute_counts(self):
        """What became of the mails; one query for all."""
        # sudo: letters of news that the reader may read
        Letter = self.env["bde.alumni.letter"].sudo()
        kinds = {news._kind(): news for news in self if news._origin.id}
        rows = Letter._read_group(
            [("kind", "in", list(kinds)), ("company_id", "in", self.company_id.ids)],
            ["kind", "state", "bounce_reason", "alumnus_id.ok_news"],
            ["__count"],
        )
        counts = {}
        for kind, state, bounce, wants, count in rows:
            names = {"queued": "waiting", "cancelled": "stopped"}.get(state, "sent")
            names = [names]
            if state == "sent" and bounce:
                names.append("bounced")
            if state == "sent" and not wants:
                names.append("no")
            for name in names:
                counts[kind, name] = counts.get((kind, name), 0) + count
        for news in self:
            for name in ("sent", "waiting", "bounced", "stopped", "no"):
                news[f"{name}_count"] = counts.get((news._kind(), name), 0)

    def _kind(self):
        """Kind of the letters that carry these news."""
        return f"news_{self._origin.id}"

    def action_view_readers(self):
        """Who will read these news; once they left, what became of each mail."""
        self.ensure_one()
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Readers"),
            "views": [(False, "list"), (False, "form")],
            "context": {"create": False},
        }
        if self.state == "draft":
            domain = list(self._audience_domain() & self._reached_domain())
            return action | {"res_model": "bde.alumnus", "domain": domain}
        domain = [("kind", "=", self._kind()), ("company_id", "=", self.company_id.id)]
        return action | {"res_model": "bde.alumni.letter", "domain": domain}

    # ------------------------------------------------------------
    # Checks
    # ------------------------------------------------------------

    @api.constrains("subject", "body")
    def _check_words(self):
        for news in self:
            if is_html_empty(news.body):
                raise ValidationError(self.env._("Write the text of the news."))
            unknown = unknown_words(f"{news.subject} {news.body}", WORDS)
            if unknown:
                raise ValidationError(
                    self.env._(
                        "These words in braces are not known: %(words)s. Known are: %(known)s.",
                        words=", ".join(unknown),
                        known=", ".join(WORDS),
                    )
                )

    @api.constrains("cohort_from", "cohort_to")
    def _check_cohorts(self):
        for news in self:
            if news.cohort_from and news.cohort_to and news.cohort_from > news.cohort_to:
                raise ValidationError(
                    self.env._("The first year of leaving comes after the last one.")
                )

    def write(self, vals):
        if not self.env.su and any(news.state != "draft" for news in self):
            raise UserError(self.env._("These news have left: copy them to write others."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts(self):
        if any(news.state != "draft" for news in self):
            raise UserError(self.env._("What was sent is kept: it says who was written to."))
