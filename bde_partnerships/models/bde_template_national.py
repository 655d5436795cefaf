from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ..rules import wording
from .bde_document_article import difference_html


class BdeDocumentTemplate(models.Model):
    """The national text and the school's own: what differs, what changed, how to take it up.

    A new national wording comes as a new template with its own date: from a later release of
    a module, or from the administrator of the académie. Documents made before keep theirs.
    """

    _inherit = "bde.document.template"

    status = fields.Selection(
        [
            ("writing", "Being written"),
            ("board", "Waits for the board"),
            ("coming", "In force later"),
            ("in_force", "In force"),
            ("ours", "Replaced by our own"),
            ("past", "Replaced"),
        ],
        compute="_compute_status",
        help="Where this wording stands today in the active school.",
    )
    newer_id = fields.Many2one(
        "bde.document.template",
        string="New national text",
        compute="_compute_newer_id",
        help="A national text that is newer than the one this wording was made from.",
    )
    newer_difference = fields.Html(
        string="What changed in the national text",
        compute="_compute_newer_difference",
        sanitize=False,
    )
    national_difference = fields.Html(
        string="What differs from the national text",
        compute="_compute_national_difference",
        sanitize=False,
    )
    own_count = fields.Integer(
        string="Articles in our own words", compute="_compute_national_difference"
    )
    review_count = fields.Integer(
        string="Articles to decide", compute="_compute_national_difference"
    )
    left_out_count = fields.Integer(
        string="National articles left out", compute="_compute_national_difference"
    )

    # ------------------------------------------------------------
    # Where it stands
    # ------------------------------------------------------------

    @api.depends_context("allowed_company_ids")
    @api.depends("is_ready", "is_draft", "date_from", "company_id")
    def _compute_status(self):
        company = self.env.company
        in_force = {}
        for lang, templates in self.grouped("lang").items():
            kinds = {kind for kind in templates.mapped("kind") if kind}
            today = company._bde_today()
            owners = templates.company_id | company
            in_force |= {
                (owner, kind, lang): template
                for (owner, kind), template in self._templates_for(
                    owners, kinds, lang, today
                ).items()
            }
        for template in self:
            key = (template.kind, template.lang)
            if not template.is_ready:
                template.status = "writing" if template.is_draft else "board"
            elif template.date_from and template.date_from > company._bde_today():
                template.status = "coming"
            elif template._origin == in_force.get((company, *key)):
                template.status = "in_force"
            elif template._origin == in_force.get((template.company_id._origin, *key)):
                # that of the académie, or of another school of the user
                template.status = "ours" if not template.is_own else "in_force"
            else:
                template.status = "past"

    @api.depends("national_id", "kind", "lang", "company_id")
    def _compute_newer_id(self):
        newer = self._newer_national()
        for template in self:
            template.newer_id = newer.get(template._origin, False)

    def _newer_national(self):
        """{own wording: the national text it has not taken up yet}; constant queries.

        The latest wording of a school alone is asked to follow, in force or before its board.
        """
        own = self._origin.filtered("is_own")
        if not own:
            return {}
        # sudo: the school above, of which only the id is asked
        academies = own.company_id.sudo().parent_id
        everything = self.search(
            Domain("company_id", "in", (own.company_id | academies.with_env(self.env)).ids)
            & Domain("kind", "in", list(set(own.mapped("kind")))),
            order="date_from desc, serial desc, id desc",
        )
        lasts, texts = {}, {}
        for template in everything:
            key = (template.company_id.id, template.kind, template.lang)
            if template.is_own:
                known = lasts.get(key)
                if not known or template.serial > known.serial:
                    lasts[key] = template
            elif template.is_ready:
                texts.setdefault(key, template)
        result = {}
        for template in own:
            newest = texts.get(
                (template.company_id.sudo().parent_id.id, template.kind, template.lang)
            )
            followed = template.national_id
            last = lasts.get((template.company_id.id, template.kind, template.lang))
            if not newest or template != last or newest == followed:
                continue
            # made from no national text: what came after it is news
            since = followed.date_from if followed else template.date_from
            if newest.date_from >= since:
                result[template] = newest
        return result

    # ------------------------------------------------------------
    # Differences
    # ------------------------------------------------------------

    def _articles_as_dicts(self):
        return [article._as_dict() for article in self.article_ids]

    def _compare_to(self, old):
        """Article by article, from another wording to this one.

        :rtype: list[wording.Pair]
        """
        return wording.compare(old._articles_as_dicts(), self._articles_as_dicts())

    @api.depends("newer_id")
    def _compute_newer_difference(self):
        for template in self:
            if not template.newer_id:
                template.newer_difference = False
                continue
            base = template.national_id or template
            own = {
                pair.key
                for pair in template._compare_to(base)
                if pair.status in ("changed", "removed")
            }
            pairs = template.newer_id._compare_to(base)
            template.newer_difference = self._difference_table(
                pairs, own, base.preamble, template.newer_id.preamble
            )

    @api.depends("national_id", "preamble", "article_ids", "article_ids.to_review")
    def _compute_national_difference(self):
        for template in self:
            national = template.national_id
            if not national:
                template.national_difference = False
                template.own_count = template.review_count = template.left_out_count = 0
                continue
            pairs = template._compare_to(national)
            template.own_count = sum(p.status in ("changed", "added") for p in pairs)
            template.left_out_count = sum(p.status == "removed" for p in pairs)
            template.review_count = len(template.article_ids.filtered("to_review"))
            template.national_difference = self._difference_table(
                pairs, (), national.preamble, template.preamble
            )

    @api.model
    def _difference_table(self, pairs, own_keys, old_preamble, new_preamble):
        """HTML of what differs, article by article; empty when nothing does.

        :param own_keys: articles of which the school has its own words
        """
        labels = {
            "changed": self.env._("changed"),
            "added": self.env._("added"),
            "removed": self.env._("taken out"),
        }
        tones = {"changed": "warning", "added": "success", "removed": "danger"}
        blocks = []
        if wording.paragraphs(old_preamble or "") != wording.paragraphs(new_preamble or ""):
            blocks.append(
                self._difference_block(
                    self.env._("Legal grounds"),
                    labels["changed"],
                    tones["changed"],
                    difference_html(old_preamble, new_preamble),
                )
            )
        for pair in pairs:
            if pair.status == "same":
                continue
            old, new = pair.old or {}, pair.new or {}
            note = ""
            if pair.key in own_keys:
                note = self.env._("Your school has its own words here: you will decide.")
            blocks.append(
                self._difference_block(
                    self._article_heading(pair.new or pair.old),
                    labels[pair.status],
                    tones[pair.status],
                    difference_html(old.get("body"), new.get("body")),
                    note,
                )
            )
        return Markup("").join(blocks) or False

    @api.model
    def _article_heading(self, article):
        if not article["number"]:
            return article["title"]
        return self.env._(
            "Article %(number)s – %(title)s", number=article["number"], title=article["title"]
        )

    @api.model
    def _difference_block(self, heading, label, tone, body, note=""):
        return Markup(
            '<section class="mb-3"><h4>%s <span class="badge text-bg-%s">%s</span></h4>%s'
            "<p>%s</p></section>"
        ) % (
            heading,
            tone,
            label,
            Markup('<p class="fw-bold">%s</p>') % note if note else "",
            body,
        )

    # ------------------------------------------------------------
    # Taking up
    # ------------------------------------------------------------

    def action_take_up(self):
        """Makes the school's next wording: the new national text with the school's own words.

        What the school had not touched follows the nation. What both changed keeps the
        school's words, marked for somebody to decide. It is used once the board approved it.
        """
        self.ensure_one()
        newer = self.newer_id
        if not newer:
            raise UserError(self.env._("This wording follows the national text already."))
        base = self.national_id or newer
        merged = wording.merge(
            base._articles_as_dicts(), self._articles_as_dicts(), newer._articles_as_dicts()
        )
        kept = wording.paragraphs(self.preamble or "") != wording.paragraphs(base.preamble or "")
        template = self._next_version(self.company_id)
        template.article_ids.unlink()
        template.write(
            {
                "national_id": newer.id,
                "date_from": max(newer.date_from, self.company_id._bde_today()),
                "title": self.title if self.title != base.title else newer.title,
                "preamble": self.preamble if kept else newer.preamble,
                "article_ids": [
                    Command.create(self._merged_article(article, origin, 10 * position))
                    for position, (article, origin) in enumerate(merged.articles, start=1)
                ],
            }
        )
        return template._open()

    @api.model
    def _merged_article(self, article, origin, sequence):
        own = origin != "national" and article["training_ids"]
        trainings = {"training_ids": [Command.set(article["training_ids"])]} if own else {}
        return trainings | {
            "key": article["key"],
            "sequence": sequence,
            "number": article["number"],
            "title": article["title"],
            "section": article["section"],
            "body": article["body"],
            "to_review": origin == "both",
        }

    def action_put_back_left_out(self):
        """Puts the national articles that this wording left out back into it."""
        self.ensure_one()
        for pair in self._compare_to(self.national_id):
            if pair.status == "removed":
                article = self.env["bde.document.article"].browse(pair.old["id"])
                article.copy({"template_id": self.id, "training_ids": False})
        return True

    # ------------------------------------------------------------
    # Publishing, handing down
    # ------------------------------------------------------------

    def _wording_faults(self):
        """What forbids to publish this wording, or to use it: sentences; modules add theirs.

        :rtype: list[str]
        """
        self.ensure_one()
        return []

    def action_publish(self):
        """Puts a national wording in force from its date on; schools are told at home."""
        self.ensure_one()
        self.check_access("write")
        if faults := self._wording_faults():
            raise UserError("\n".join(faults))
        self.is_draft = False
        return True

    @api.onchange("deliberation_date")
    def _onchange_deliberation_date(self):
        """Says what lacks at the moment when the board's decision is noted."""
        if not self.deliberation_date:
            return None
        faults = self._wording_faults()
        if count := len(self.article_ids.filtered("to_review")):
            faults.append(
                self.env._("%(count)s articles wait for your decision first.", count=count)
            )
        if not faults:
            return None
        return {"warning": {"title": self.env._("Before it is used"), "message": "\n".join(faults)}}

    @api.model
    def _hand_down(self, academies, library):
        """Gives académies the wordings of the library that they do not have yet.

        The first of a kind, and each later one with a date of its own: it comes into force on
        that date, and nothing that was made before changes.

        :param library: the templates that a module ships, all dates
        """
        known = self.with_context(active_test=False).search([("company_id", "in", academies.ids)])
        by_kind = known.grouped(lambda t: (t.company_id, t.kind, t.lang))
        for academy in academies:
            for template in library.sorted("date_from"):
                key = (academy, template.kind, template.lang)
                there = by_kind.get(key, self.browse())
                handed = there.origin_id & library
                if there and not (handed and template.date_from > max(handed.mapped("date_from"))):
                    continue
                serial = max(there.mapped("serial"), default=0) + 1
                copy = template.copy(
                    {
                        "company_id": academy.id,
                        "date_from": template.date_from,
                        "origin_id": template.id,
                        "serial": serial,
                    }
                )
                by_kind[key] = there | copy
