import re
import uuid
from collections import defaultdict
from functools import lru_cache

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

# What may change on a template whose text was signed.
FREE_FIELDS = {"active", "name"}


@lru_cache(maxsize=512)
def compact(html):
    """HTML on one line: a content is kept for each document.

    Remembered: the articles of one template go into the content of each document.
    """
    return re.sub(r"[ \t]*\n\s*", " ", str(html or "")).strip()


class BdeDocumentTemplate(models.Model):
    """Wording of a kind of document, national or of one school, from a date on.

    A text that was used in a version never changes: :meth:`action_new_version` makes the
    next one. The text is copied into each content, so that a version stays complete.
    """

    _name = "bde.document.template"
    _description = "Template of a document"
    _inherit = ["bde.owned"]
    _order = "kind, date_from desc, serial desc, id desc"
    # documents of a school may use what its académie hands down
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True)
    title = fields.Char(required=True, help="Printed at the head of the document.")
    active = fields.Boolean(default=True)
    uuid = fields.Char(
        string="UUID",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: str(uuid.uuid4()),
    )
    kind = fields.Selection([("document", "Document")], required=True, default="document")
    lang = fields.Selection(
        [("fr_FR", "French")], string="Language", required=True, default="fr_FR"
    )
    date_from = fields.Date(
        string="In force from",
        required=True,
        default=lambda self: self.env.company._bde_today(),
        copy=False,
    )
    serial = fields.Integer(string="Version", required=True, readonly=True, default=1, copy=False)
    origin_id = fields.Many2one(
        "bde.document.template",
        string="Made from",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    national_id = fields.Many2one(
        "bde.document.template",
        string="National text",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        help="The national wording that a school's own was made from, or last brought up to.",
    )
    is_draft = fields.Boolean(
        string="Being written",
        readonly=True,
        copy=False,
        help="A national wording that is not published: no school sees it in force.",
    )
    deliberation_date = fields.Date(
        string="Deliberation of the board",
        copy=False,
        help="Day on which the board of the school approved this wording and empowered the head "
        "to sign (D124-5 C. éduc.). A school's own wording is used from this date on only.",
    )
    preamble = fields.Html(
        string="Legal grounds", sanitize_style=True, help="The texts the document rests on."
    )
    article_ids = fields.One2many(
        "bde.document.article", "template_id", string="Articles", copy=True
    )
    is_own = fields.Boolean(
        string="Own wording",
        compute="_compute_is_own",
        help="Wording of a school; otherwise the one that the académie hands down.",
    )
    is_used = fields.Boolean(string="Signed already", compute="_compute_is_used")
    is_ready = fields.Boolean(compute="_compute_is_ready")
    reading = fields.Html(compute="_compute_reading", sanitize=False, string="Whole text")

    _uuid_uniq = models.UniqueIndex("(uuid)")
    _company_kind_idx = models.Index("(company_id, kind, lang, date_from)")

    # ------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------

    @api.depends("name", "serial")
    def _compute_display_name(self):
        for template in self:
            template.display_name = self.env._(
                "%(name)s, version %(serial)s", name=template.name or "", serial=template.serial
            )

    @api.depends("company_id")
    def _compute_is_own(self):
        for template in self:
            # sudo: only the kind of the company, which staff of a school may not read above it
            template.is_own = template.company_id.sudo().bde_kind == "school"

    def _compute_is_used(self):
        used = self._used_ids()
        for template in self:
            template.is_used = template.id in used

    def _used_ids(self):
        """Ids of the templates that some version was made with, at any school."""
        # sudo: the national template is used by schools that the reader does not see
        groups = (
            self.env["bde.document.version"]
            .sudo()
            ._read_group([("template_id", "in", self.ids)], ["template_id"])
        )
        return {template.id for [template] in groups}

    @api.depends("is_own", "is_draft", "deliberation_date", "article_ids")
    def _compute_is_ready(self):
        """Whether documents may be made with it: a school's wording needs its board."""
        for template in self:
            template.is_ready = bool(
                template.article_ids
                and not template.is_draft
                and (template.deliberation_date or not template.is_own)
            )

    @api.depends(
        "title", "preamble", "article_ids.number", "article_ids.title", "article_ids.body",
        "article_ids.section", "article_ids.sequence",
    )  # fmt: skip
    def _compute_reading(self):
        for template in self:
            parts = [Markup("<h2>%s</h2>%s") % (template.title or "", template.preamble or "")]
            for article in template.article_ids.sorted("sequence"):
                heading = article.title or ""
                if article.number:
                    heading = self.env._(
                        "Article %(number)s – %(title)s", number=article.number, title=heading
                    )
                parts.append(Markup("<h4>%s</h4>%s") % (heading, article.body or ""))
            template.reading = Markup("").join(parts)

    # ------------------------------------------------------------
    # Checks
    # ------------------------------------------------------------

    @api.constrains("article_ids", "kind")
    def _check_numbers(self):
        """A number is one article's, but for those that stand for other trainings."""
        # sudo: the administrator of the académie reads no training; they are compared only
        for template in self.sudo():
            numbered = template.article_ids.filtered("number").grouped("number")
            for articles in numbered.values():
                # an article for all, or two for one training, under the same number
                trainings = [t for article in articles for t in article.training_ids]
                if len(trainings) != len(set(trainings)) or (
                    len(articles.filtered(lambda a: not a.training_ids)) > 1
                ):
                    raise ValidationError(
                        self.env._(
                            "%(template)s: two articles have one number.", template=template.name
                        )
                    )

    def _check_unused(self, names=()):
        """Refuses to touch a text that was used.

        :param names: fields that are about to change
        """
        if set(names) - FREE_FIELDS and self._used_ids():
            raise UserError(
                self.env._(
                    "Documents were made with this wording, it does not change any more. "
                    "Make a new version of it."
                )
            )

    def write(self, vals):
        self._check_unused(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_used(self):
        if self._used_ids():
            raise UserError(
                self.env._("Documents were made with this wording: archive it instead.")
            )

    # ------------------------------------------------------------
    # Which one
    # ------------------------------------------------------------

    @api.model
    def _template_for(self, company, kind, lang, date):
        """The wording in force at a school: its own if its board approved one, else the académie's.

        :param company: the school
        :param str kind: kind of document
        :param date: ``datetime.date`` of the making
        :return: a template, empty when there is none
        """
        return self._templates_for(company, {kind}, lang, date)[company, kind]

    @api.model
    def _templates_for(self, companies, kinds, lang, date):
        """Same for many schools and kinds, in one query.

        :return: {(school, kind): template}
        """
        # sudo: the school reads what the académie hands down; the caller checked the school
        schools = companies.sudo()
        found = self.sudo().search(
            Domain("company_id", "in", (schools | schools.parent_id).ids)
            & Domain("kind", "in", list(kinds))
            & Domain("lang", "=", lang)
            & Domain("date_from", "<=", date),
            order="date_from desc, serial desc, id desc",
        )
        ready = found.filtered("is_ready").with_env(self.env)
        result = defaultdict(self.browse)
        for school in schools:
            for kind in kinds:
                for owner in (school, school.parent_id):
                    match = ready.filtered(
                        lambda t, owner=owner, kind=kind: t.company_id == owner and t.kind == kind
                    )
                    if match:
                        result[school.with_env(self.env), kind] = match[0]
                        break
        return result

    def _version_label(self):
        """Name of this wording inside a content: the same for ever."""
        self.ensure_one()
        return f"{self.kind} {self.uuid} v{self.serial}"

    def _articles_for(self, training=None):
        """The articles of a document: an article for its training stands for the common one.

        :param training: ``bde.training`` of the document, or None: the common text alone
        """
        # sudo: the administrator of the académie reads no training; they are compared only
        articles = self.article_ids.sudo()
        special = articles.filtered("training_ids")
        if not special:
            return self.article_ids
        special = special.filtered(lambda a: training and training in a.training_ids)
        places = {(a.section, a.number) for a in special if a.section != "annex"}
        chosen = articles.filtered(
            lambda a: a in special or not (a.training_ids or (a.section, a.number) in places)
        )
        return chosen.with_env(self.env)

    def _template_content(self, training=None):
        """The wording as it goes into a content.

        :param training: ``bde.training`` whose own articles and annexes belong to it
        :rtype: dict
        """
        self.ensure_one()
        return {
            "uuid": self.uuid,
            "name": self.name,
            "title": self.title,
            "serial": self.serial,
            "deliberation_date": (
                self.deliberation_date.isoformat() if self.deliberation_date else None
            ),
            "preamble": compact(self.preamble),
            "articles": [
                {
                    "number": article.number or None,
                    "title": article.title,
                    "section": article.section,
                    "body": compact(article.body),
                }
                for article in self._articles_for(training)
            ],
        }

    # ------------------------------------------------------------
    # New versions
    # ------------------------------------------------------------

    def _next_version(self, company, deliberation_date=None):
        """Copy of this wording for a company, dated today and open for changes.

        :param company: académie or school that keeps the new one
        :param deliberation_date: of the board, when it is known already
        """
        self.ensure_one()
        last = self.search(
            [
                ("company_id", "=", company.id),
                ("kind", "=", self.kind),
                ("lang", "=", self.lang),
            ],
            order="serial desc",
            limit=1,
        )
        return self.copy(
            {
                "company_id": company.id,
                "serial": last.serial + 1,
                "date_from": company._bde_today(),
                "origin_id": self.id,
                "national_id": self._national_text(company).id,
                "deliberation_date": deliberation_date,
            }
        )

    def _national_text(self, company):
        """The national text that a version of this wording would be made from.

        :param company: who would keep it; the académie's own have none
        """
        if company == self._owner(company):
            return self.browse()
        return self.national_id if self.is_own else self

    def _owner(self, company):
        """Who hands down wordings to a company: its académie, itself when it is one."""
        # sudo: the company above, of which only the id is asked
        return company.sudo().parent_id.with_env(self.env) or company

    def action_new_version(self):
        """Opens the next version: the académie's for its administrator, else the school's own.

        That of the académie is being written until it is published.
        """
        self.ensure_one()
        company = self.company_id
        if company not in self.env.companies:
            company = self.env.company
        template = self._next_version(company)
        if company == self._owner(company):
            template.is_draft = True
        return template._open()

    def _open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Template"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }
