from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import is_html_empty

from ..rules import languages, wording
from .bde_document_template import compact

COPIED = {"source_title", "source_body", "digest"}
PARTS = [("article", "Article"), ("title", "Title"), ("preamble", "Legal grounds")]


class BdeDocumentTranslation(models.Model):
    """What a French text says in another language, for information.

    A translation belongs to the words, not to a template: every wording that says the same
    has it, and an article that somebody changes has none until it is translated again. The
    school's own comes before the académie's, and that before the one the suite ships.
    """

    _name = "bde.document.translation"
    _description = "Translation of a text of a template"
    _inherit = ["bde.owned"]
    _order = "lang, id"
    _rec_name = "source_title"
    # translations of what the académie hands down may be the school's
    _check_company_domain = models.check_company_domain_parent_of

    lang = fields.Selection(languages.SECOND_LANGS, string="Language", required=True)
    part = fields.Selection(PARTS, required=True, default="article")
    article_id = fields.Many2one(
        "bde.document.article",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        help="Where the French text comes from; it is copied here.",
    )
    template_id = fields.Many2one(
        "bde.document.template",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    source_title = fields.Char(string="French title", readonly=True)
    source_body = fields.Html(string="French text", readonly=True, sanitize=False)
    digest = fields.Char(required=True, readonly=True)
    title = fields.Char(string="Translated title")
    body = fields.Html(
        string="Translation",
        translate=False,
        sanitize_attributes=True,
        sanitize_style=True,
        sanitize_form=True,
    )

    _words_uniq = models.UniqueIndex(
        "(company_id, lang, digest)", "This text has a translation in that language already."
    )

    # ------------------------------------------------------------
    # Checks, ORM
    # ------------------------------------------------------------

    @api.constrains("title", "body", "part")
    def _check_words(self):
        for record in self:
            if record.part != "preamble" and not record.title:
                raise ValidationError(self.env._("Type the title in the other language."))
            if record.part != "title" and is_html_empty(record.body):
                raise ValidationError(self.env._("Type the text in the other language."))

    @api.onchange("part", "article_id", "template_id")
    def _onchange_source(self):
        """Shows the French text beside the one that is being typed."""
        of_article = self.part == "article"
        source = self.article_id if of_article else self.template_id
        self.source_title = source.title if source and self.part != "preamble" else False
        self.source_body = {
            "article": self.article_id.body,
            "preamble": self.template_id.preamble,
        }.get(self.part, False)

    @api.model_create_multi
    def create(self, vals_list):
        """Copies the French text, whose words name the translation."""
        for vals in vals_list:
            vals.update(self._source(vals))
        self._forget()
        return super().create(vals_list)

    def write(self, vals):
        if COPIED & vals.keys() and not self.env.su:
            # the words of the article come from there, cleaned of scripts
            vals = {name: value for name, value in vals.items() if name not in COPIED}
        self._forget()
        return super().write(vals)

    def unlink(self):
        self._forget()
        return super().unlink()

    def _forget(self):
        self.env["bde.document.template"].invalidate_model(["translations"])

    @api.model
    def _source(self, vals):
        """The French text of an article, or of a part of a template, and its digest."""
        part = vals.get("part") or "article"
        article = self.env["bde.document.article"].browse(vals.get("article_id"))
        template = self.env["bde.document.template"].browse(vals.get("template_id"))
        (article or template).check_access("read")
        if not (article if part == "article" else template):
            raise ValidationError(self.env._("Choose the French text that this translates."))
        title = {"article": article.title, "title": template.title}.get(part)
        body = {"article": article.body, "preamble": template.preamble}.get(part)
        return {
            "source_title": title,
            "source_body": body,
            "digest": wording.digest(title, body),
        }


class BdeDocumentTemplate(models.Model):
    _inherit = "bde.document.template"

    translations = fields.Json(
        compute="_compute_translations",
        help="{language: {digest of the French text: [title, text]}} for the active school.",
    )
    untranslated = fields.Text(
        string="Not translated yet",
        compute="_compute_untranslated",
        help="What a mobility convention prints in French alone, language by language.",
    )

    def _parts(self, training=None):
        """(part, article, title, body) of what is translated: title, legal grounds, articles."""
        self.ensure_one()
        none = self.env["bde.document.article"]
        yield "title", none, self.title, ""
        if wording.paragraphs(self.preamble or ""):
            yield "preamble", none, "", self.preamble
        articles = self.article_ids if training is None else self._articles_for(training)
        for article in articles:
            yield "article", article, article.title, article.body

    @api.depends_context("company")
    @api.depends("title", "preamble", "article_ids.title", "article_ids.body")
    def _compute_translations(self):
        """One query for all; remembered until a text or a translation changes."""
        digests = {
            template: {wording.digest(title, body) for *_what, title, body in template._parts()}
            for template in self
        }
        school = self.env.company.sudo()  # sudo: ids of the companies above
        main = self.env.ref("base.main_company")
        owners = [main.id, school.parent_id.id, school.id]
        # sudo: what the suite ships hangs on the company of the installation; words of law
        # alone, and the school's own
        found = (
            self.env["bde.document.translation"]
            .sudo()
            .search_fetch(
                [
                    ("company_id", "in", [owner for owner in owners if owner]),
                    ("digest", "in", list(set().union(*digests.values()))),
                ],
                ["company_id", "lang", "digest", "title", "body"],
            )
        )
        # the school's own last: it overwrites
        found = found.sorted(lambda t: owners.index(t.company_id.id))
        for template in self:
            texts = {code: {} for code in languages.CODES}
            for translation in found:
                if translation.digest in digests[template]:
                    texts[translation.lang][translation.digest] = [
                        translation.title or "",
                        compact(translation.body),
                    ]
            template.translations = texts

    @api.depends("translations")
    def _compute_untranslated(self):
        for template in self:
            lines = []
            for code, label in self._fields_second_langs():
                texts = (template.translations or {}).get(code, {})
                if not texts:
                    continue
                missing = [
                    article._heading() if article else title or self.env._("Legal grounds")
                    for _part, article, title, body in template._parts()
                    if wording.digest(title, body) not in texts
                ]
                if missing:
                    lines.append(
                        self.env._(
                            "%(language)s: %(articles)s",
                            language=label,
                            articles=", ".join(missing),
                        )
                    )
            template.untranslated = "\n".join(lines) or False

    @api.model
    def _fields_second_langs(self):
        """(code, label in the user's language) of the second languages."""
        return self.env["bde.document.translation"]._fields["lang"]._description_selection(self.env)

    def _second_content(self, lang, training=None):
        """The wording in a second language, as it goes into a content.

        What has no translation is there with a ``body`` of None: the page says so.

        :param str lang: code of ``rules/languages.py``
        :rtype: dict
        """
        self.ensure_one()
        texts = (self.translations or {}).get(lang) or {}
        content = {"lang": lang, "title": None, "preamble": None, "articles": []}
        for part, article, title, body in self._parts(training or self.env["bde.training"]):
            words = texts.get(wording.digest(title, body))
            if part == "title":
                content["title"] = words and words[0]
            elif part == "preamble":
                content["preamble"] = words and words[1]
            else:
                content["articles"].append(
                    {
                        "number": article.number or None,
                        "section": article.section,
                        "title": words[0] if words else article.title,
                        "body": words and words[1],
                    }
                )
        return content

    def action_translations(self):
        """Translations that this school keeps, and a form for a new one of this wording."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Translations"),
            "res_model": "bde.document.translation",
            "view_mode": "list,form",
            "domain": [("company_id", "in", self.env.companies.ids)],
            "context": {"default_template_id": self.id},
            "help": self.env._(
                "The texts that come with the suite are translated already. Type here those of "
                "your own articles."
            ),
        }
