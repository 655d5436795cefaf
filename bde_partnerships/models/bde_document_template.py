import re
import uuid
from collections import defaultdict
from functools import lru_cache

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import html2plaintext, is_html_empty

SECTIONS = [
    ("general", "Article"),
    ("pedagogical", "Pedagogical annex"),
    ("follow_up", "Pedagogical annex: follow-up"),
    ("evaluation", "Pedagogical annex: evaluation"),
    ("financial", "Financial annex"),
    ("safety", "Safety annex"),
    ("insurance", "Insurance"),
]
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

    @api.depends("is_own", "deliberation_date", "article_ids")
    def _compute_is_ready(self):
        """Whether documents may be made with it: a school's wording needs its board."""
        for template in self:
            template.is_ready = bool(
                template.article_ids and (template.deliberation_date or not template.is_own)
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
        for template in self:
            numbers = [article.number for article in template.article_ids if article.number]
            if len(numbers) != len(set(numbers)):
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

    def _template_content(self):
        """The wording as it goes into a content.

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
                for article in self.article_ids
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
                "deliberation_date": deliberation_date,
            }
        )

    def action_new_version(self):
        """Opens the next version: the académie's for its administrator, else the school's own."""
        self.ensure_one()
        company = self.company_id
        if company not in self.env.companies:
            company = self.env.company
        template = self._next_version(company)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Template"),
            "res_model": self._name,
            "res_id": template.id,
            "view_mode": "form",
        }

    @api.model
    def _hand_down(self, academies, library):
        """Gives académies that have no wording of a kind those of the library.

        :param library: the templates that a module ships
        """
        kinds = {
            (template.company_id, template.kind)
            for template in self.with_context(active_test=False).search(
                [("company_id", "in", academies.ids)]
            )
        }
        for academy in academies:
            for template in library:
                if (academy, template.kind) not in kinds:
                    template.copy(
                        {
                            "company_id": academy.id,
                            "date_from": template.date_from,
                            "origin_id": template.id,
                        }
                    )


class BdeDocumentArticle(models.Model):
    """One article of a template, or the text at the head of one of its annexes."""

    _name = "bde.document.article"
    _description = "Article of a template"
    _inherit = ["bde.owned"]
    _order = "template_id, sequence, id"
    _rec_name = "title"

    template_id = fields.Many2one(
        "bde.document.template", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        related="template_id.company_id", store=True, precompute=True, default=None
    )
    sequence = fields.Integer(default=1000)
    number = fields.Integer(help="Empty for the text of an annex.")
    section = fields.Selection(SECTIONS, string="Place", required=True, default="general")
    title = fields.Char(required=True)
    body = fields.Html(
        required=True, sanitize_attributes=True, sanitize_style=True, sanitize_form=True
    )
    excerpt = fields.Char(string="Text", compute="_compute_excerpt")

    @api.depends("body")
    def _compute_excerpt(self):
        for article in self:
            text = " ".join(html2plaintext(article.body or "").split())
            article.excerpt = text if len(text) <= 90 else f"{text[:89].rstrip()}…"

    @api.constrains("number", "template_id")
    def _check_number(self):
        self.template_id._check_numbers()

    @api.constrains("body")
    def _check_body(self):
        for article in self:
            if is_html_empty(article.body):
                raise ValidationError(
                    self.env._("Article %(title)s has no text.", title=article.title)
                )

    @api.model_create_multi
    def create(self, vals_list):
        templates = self.env["bde.document.template"].browse(
            {vals["template_id"] for vals in vals_list if vals.get("template_id")}
        )
        templates._check_unused({"article_ids"})
        return super().create(vals_list)

    def write(self, vals):
        templates = self.template_id
        if vals.get("template_id"):
            templates |= templates.browse(vals["template_id"])
        templates._check_unused({"article_ids"})
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_used(self):
        self.template_id._check_unused({"article_ids"})
