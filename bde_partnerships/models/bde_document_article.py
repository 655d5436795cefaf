import uuid

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import html2plaintext, is_html_empty

from ..rules import wording

SECTIONS = [
    ("general", "Article"),
    ("pedagogical", "Pedagogical annex"),
    ("follow_up", "Pedagogical annex: follow-up"),
    ("evaluation", "Pedagogical annex: evaluation"),
    ("financial", "Financial annex"),
    ("safety", "Safety annex"),
    ("insurance", "Insurance"),
    ("annex", "Annex of the school"),
]


def difference_html(old, new):
    """What became of a text, for the screen: what went is struck, what came is underlined."""
    tags = {"=": "%s", "-": '<del class="text-danger">%s</del>', "+": '<ins class="text-success">%s</ins>'}  # fmt: skip  # noqa: E501
    parts = [
        Markup(tags[kind]) % Markup("<br/>").join(text.split("\n"))
        for kind, text in wording.difference(old, new)
    ]
    return Markup(" ").join(parts)


class BdeDocumentArticle(models.Model):
    """One article of a template, or the text at the head of one of its annexes.

    ``key`` is the same in every version: by it an own wording is held against the national one.
    """

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
    key = fields.Char(readonly=True, help="The same in all versions of this wording.")
    sequence = fields.Integer(default=1000)
    number = fields.Integer(help="Empty for the text of an annex.")
    section = fields.Selection(SECTIONS, string="Place", required=True, default="general")
    title = fields.Char(required=True)
    body = fields.Html(
        required=True, sanitize_attributes=True, sanitize_style=True, sanitize_form=True
    )
    training_ids = fields.Many2many(
        "bde.training",
        string="For these trainings only",
        check_company=True,
        help="Empty: for all. Otherwise it stands only in the conventions of these trainings, in "
        "the place of the article of the same number, or of the text of the same annex.",
    )
    to_review = fields.Boolean(
        string="To decide",
        copy=False,
        help="The national text changed an article that the school has in its own words.",
    )
    excerpt = fields.Char(string="Text", compute="_compute_excerpt")
    standing = fields.Selection(
        [
            ("national", "National text"),
            ("changed", "Changed by the school"),
            ("added", "Added by the school"),
        ],
        string="Whose words",
        compute="_compute_standing",
    )
    difference = fields.Html(
        string="What differs from the national text", compute="_compute_standing", sanitize=False
    )

    _template_key_uniq = models.UniqueIndex("(template_id, key)")

    # ------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------

    @api.depends("body")
    def _compute_excerpt(self):
        for article in self:
            text = " ".join(html2plaintext(article.body or "").split())
            article.excerpt = text if len(text) <= 90 else f"{text[:89].rstrip()}…"

    @api.depends("key", "number", "title", "body", "template_id.national_id")
    def _compute_standing(self):
        """Each article held against that of the national text it was made from."""
        national = {
            template: {a.key: a for a in template.national_id.article_ids}
            for template in self.template_id
        }
        for article in self:
            article.difference = False
            if not article.template_id.national_id:
                article.standing = False
                continue
            theirs = national[article.template_id].get(article.key)
            if not theirs:
                article.standing = "added"
            elif wording.same(article._as_dict(), theirs._as_dict()):
                article.standing = "national"
            else:
                article.standing = "changed"
                article.difference = article._difference_from(theirs)

    def _difference_from(self, other):
        """HTML of what this article says otherwise than another one."""
        head = difference_html(other._heading(), self._heading())
        return Markup("<p><b>%s</b></p><p>%s</p>") % (head, difference_html(other.body, self.body))

    def _heading(self):
        if not self.number:
            return self.title or ""
        return self.env._(
            "Article %(number)s – %(title)s", number=self.number, title=self.title or ""
        )

    def _as_dict(self):
        """This article as ``rules/wording.py`` reads it."""
        return {
            "id": self.id,
            "key": self.key,
            "number": self.number,
            "title": self.title,
            "section": self.section,
            "body": self.body,
            # sudo: the administrator of the académie reads no training; ids alone
            "training_ids": self.sudo().training_ids.ids,
        }

    # ------------------------------------------------------------
    # Checks
    # ------------------------------------------------------------

    @api.constrains("number", "template_id", "training_ids")
    def _check_number(self):
        self.template_id._check_numbers()

    @api.constrains("body")
    def _check_body(self):
        for article in self:
            if is_html_empty(article.body):
                raise ValidationError(
                    self.env._("Article %(title)s has no text.", title=article.title)
                )

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        templates = self.env["bde.document.template"].browse(
            {vals["template_id"] for vals in vals_list if vals.get("template_id")}
        )
        templates._check_unused({"article_ids"})
        self._fill_in_keys(vals_list, templates)
        return super().create(vals_list)

    @api.model
    def _fill_in_keys(self, vals_list, templates):
        """Names new articles by their place and number, or by chance when the name is taken."""
        taken = {(article.template_id.id, article.key) for article in templates.article_ids}
        for vals in vals_list:
            if not vals.get("key"):
                section, number = vals.get("section") or "general", vals.get("number")
                vals["key"] = f"{section}:{number}" if number else section
                # an annex of the school, or a second text in one place, has no place of its own
                if section == "annex" or (vals.get("template_id"), vals["key"]) in taken:
                    vals["key"] = f"{section}:{uuid.uuid4().hex[:12]}"
            taken.add((vals.get("template_id"), vals["key"]))

    def copy_data(self, default=None):
        # sudo: whoever reads the article copies it whole, with the trainings it is for
        vals_list = super(BdeDocumentArticle, self.sudo()).copy_data(default)
        for article, vals in zip(self.sudo(), vals_list, strict=True):
            # none: nothing is written, the administrator has no right on trainings
            if not article.training_ids:
                vals.pop("training_ids", None)
        return vals_list

    def write(self, vals):
        templates = self.template_id
        if vals.get("template_id"):
            templates |= templates.browse(vals["template_id"])
        templates._check_unused({"article_ids"})
        if {"body", "title"} & vals.keys():
            vals = {"to_review": False} | vals
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_used(self):
        self.template_id._check_unused({"article_ids"})

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_put_back(self):
        """Gives these articles the words of the national text again.

        :raises UserError: when the nation has no such article
        """
        for article in self:
            theirs = article.template_id.national_id.article_ids.filtered(
                lambda a, key=article.key: a.key == key
            )
            if not theirs:
                raise UserError(
                    self.env._(
                        "%(title)s: the national text has no such article. Remove it instead.",
                        title=article.title,
                    )
                )
            article.write({name: theirs[name] for name in ("number", "title", "section", "body")})
        return True

    def action_keep(self):
        """Keeps the school's words although the national ones changed."""
        self.write({"to_review": False})
        return True
