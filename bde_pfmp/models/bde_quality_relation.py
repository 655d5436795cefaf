from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_date

from odoo.addons.bde_partnerships.models.bde_relation_status import GUARDED

from .bde_placement_alert import Alert
from .bde_site_quality import TRENDS


class BdeRelation(models.Model):
    """Quality, papers and state of the site on the page of a company."""

    _inherit = "bde.relation"

    # who says "to watch": the bureau may ask him
    status_author_id = fields.Many2one(
        "res.users", string="Said by", readonly=True, copy=False, check_company=True
    )
    status_set_on = fields.Date(string="Watched or avoided since", readonly=True, copy=False)

    quality_count = fields.Integer(string="Answers on the site", compute="_compute_quality")
    quality_label = fields.Char(string="Quality", compute="_compute_quality")
    quality_trend = fields.Selection(TRENDS, string="Trend", compute="_compute_quality")
    quality_views = fields.Char(string="Pupils and referents", compute="_compute_quality")
    quality_incidents = fields.Integer(string="Incidents", compute="_compute_quality")
    block_text = fields.Char(string="Forbidden", compute="_compute_block_text")

    # only on the page "Site and quality"
    quality_line_ids = fields.Many2many(
        "bde.site.quality", string="By training", compute="_compute_quality_lines"
    )
    reply_ids = fields.Many2many(
        "bde.site.reply", string="What the company answers", compute="_compute_quality_lines"
    )
    rating_count = fields.Integer(string="Answers here", compute="_compute_ratings")
    quality_words = fields.Html(string="Words", compute="_compute_ratings", sanitize=False)
    site_document_ids = fields.One2many("bde.site.document", "relation_id", string="Papers")

    @api.depends("partner_id")
    def _compute_quality(self):
        """One query for all: count and index of the company, of all schools."""
        lines = {
            line.partner_id.id: line
            for line in self.env["bde.site.quality"].search_fetch(
                [("partner_id", "in", self.partner_id.ids), ("training_code", "=", "")]
            )
        }
        nothing = self.env["bde.site.quality"]
        for relation in self:
            line = lines.get(relation.partner_id.id, nothing)
            relation.quality_count = line.count
            relation.quality_label = line.index_label or "–"
            relation.quality_trend = line.trend
            relation.quality_views = line._views_label() if line else False
            relation.quality_incidents = line.incident_count

    @api.depends("partner_id")
    def _compute_block_text(self):
        blocks = self.env["bde.site.block"]._running_of(self.partner_id)
        for relation in self:
            running = blocks.get(relation.partner_id, self.env["bde.site.block"])
            running = running._of_school(relation.company_id)
            relation.block_text = running[:1].with_env(self.env)._sentence() if running else False

    @api.depends("partner_id")
    def _compute_quality_lines(self):
        lines = (
            self.env["bde.site.quality"]
            .search([("partner_id", "in", self.partner_id.ids), ("training_code", "!=", "")])
            .grouped("partner_id")
        )
        replies = (
            self.env["bde.site.reply"]
            .search([("partner_id", "in", self.partner_id.ids)])
            .grouped("partner_id")
        )
        for relation in self:
            relation.quality_line_ids = lines.get(relation.partner_id)
            relation.reply_ids = replies.get(relation.partner_id)

    @api.depends_context("uid")
    @api.depends("partner_id", "company_id")
    def _compute_ratings(self):
        """Answers of this school; words that were read, without a name, from three answers on."""
        minimum = self.env["bde.quality.term"]._terms().minimum
        # sudo: numbers, and words that the bureau let pass; the page is the reader's own school's
        ratings = (
            self.env["bde.rating"]
            .sudo()
            .search(
                [
                    ("company_id", "in", self.company_id.ids),
                    ("host_id", "in", self.partner_id.ids),
                    ("view", "!=", "tutor"),
                ]
            )
        )
        by_key = ratings.grouped(lambda rating: (rating.company_id, rating.host_id))
        readers = set(self.env.user._bde_company_ids("staff"))
        for relation in self:
            mine = by_key.get((relation.company_id, relation.partner_id), ratings.browse())
            may_read = relation.company_id.id in readers
            pupils = mine.filtered(lambda rating: rating.view == "student")
            relation.rating_count = len(mine) if may_read and relation.is_bureau else 0
            shown = pupils.filtered(lambda rating: rating.moderation == "shown")
            joined = shown & self._joined(pupils, minimum)
            # in the order of the alphabet: dates would tell who wrote
            words = sorted(joined.mapped("comment")) if may_read else []
            quote = Markup("<blockquote class='mb-2'>%s</blockquote>")
            relation.quality_words = Markup("").join(quote % text for text in words) or False

    @api.model
    def _joined(self, ratings, minimum):
        """Answers that came in groups of so many pupils at least, in the order they came.

        Whoever looks before and after a pupil is back reads the words of a group, or nothing.
        """
        joined = group = ratings.browse()
        for rating in ratings.sorted("id"):
            group |= rating
            if len(group.placement_id.student_id) >= minimum:
                joined, group = joined | group, ratings.browse()
        return joined

    # ------------------------------------------------------------
    # To watch: reason, author, expiry
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        relations = super().create(vals_list)
        relations.filtered(lambda r: r.status in GUARDED)._note_author()
        return relations

    def write(self, vals):
        result = super().write(vals)
        if {"status", "status_reason_id", "status_until"} & vals.keys():
            self.filtered(lambda r: r.status in GUARDED)._note_author()
            gone = self.filtered(lambda r: r.status not in GUARDED and r.status_set_on)
            if gone:
                gone.write({"status_author_id": False, "status_set_on": False})
        return result

    def _note_author(self):
        author = self.env.user if not self.env.su or self.env.uid != 1 else self.env["res.users"]
        for company, relations in self.grouped("company_id").items():
            # an administrator or a job is nobody of the school
            # sudo: where he has a role
            known = author if company in author.sudo().company_ids else author.browse()
            relations.write(
                {"status_author_id": known.id, "status_set_on": company._bde_today()}
            )

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------

    def action_open_quality(self):
        """Opens what is known of the site: quality, papers, facts."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Site and quality"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(self.env.ref("bde_pfmp.view_relation_quality_form").id, "form")],
        }

    def action_open_ratings(self):
        """Opens what pupils and referents of this school answered."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("bde_pfmp.action_rating")
        return action | {
            "domain": [
                ("company_id", "=", self.company_id.id),
                ("host_id", "=", self.partner_id.id),
                ("view", "!=", "tutor"),
            ],
            "context": {},
        }

    def action_propose_block(self):
        """Opens a proposal to the académie to forbid this company for all schools."""
        self.ensure_one()
        self.company_id._bde_check_user_is("secretary")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Propose to forbid this company"),
            "res_model": "bde.site.block.request",
            "view_mode": "form",
            "views": [(False, "form")],
            "context": {
                "default_partner_id": self.partner_id.id,
                "default_reason_id": self.status_reason_id.id,
                "default_company_id": self.company_id.id,
            },
        }


class BdeSiteQuality(models.Model):
    _inherit = "bde.site.quality"

    def _views_label(self):
        """How many pupils and referents answered, with their index where it may be told."""
        self.ensure_one()
        env, parts = self.env, []
        labels = (
            ("student", env._("pupil"), env._("pupils")),
            ("referent", env._("referent"), env._("referents")),
        )
        for view, one, many in labels:
            if count := self[f"{view}_count"]:
                index = f" ({self[f'{view}_index']:.0f})" if self[f"{view}_is_shown"] else ""
                parts.append(f"{count} {one if count == 1 else many}{index}")
        return ", ".join(parts)


class ResPartner(models.Model):
    """The directory of all schools: count and index, and who is forbidden."""

    _inherit = "res.partner"

    bde_quality_ids = fields.One2many(
        "bde.site.quality", "partner_id", string="Quality of the site", readonly=True
    )
    bde_block_ids = fields.One2many(
        "bde.site.block", "partner_id", string="Forbidden for placements", readonly=True
    )
    bde_quality_label = fields.Char(string="Quality", compute="_compute_bde_quality")

    def _bde_merge(self, *args, **kwargs):
        """What is known of both is known of the one that stays, at once."""
        result = super()._bde_merge(*args, **kwargs)
        # links are moved in SQL: what is cached of blocks names the company that is gone
        self.env.registry.clear_cache()
        self.env["bde.site.quality"]._refresh(self)
        return result

    @api.depends("bde_quality_ids")
    def _compute_bde_quality(self):
        found = self.env["bde.site.quality"]
        if found.has_access("read"):
            found = found.search([("partner_id", "in", self.ids), ("training_code", "=", "")])
        lines = {line.partner_id.id: line for line in found}
        for partner in self:
            line = lines.get(partner._origin.id)
            partner.bde_quality_label = (
                self.env._(
                    "%(index)s (%(count)s answers)", index=line.index_label, count=line.count
                )  # fmt: skip
                if line and line.count
                else False
            )


class BdePlacement(models.Model):
    """Before anybody signs: forbidden companies stop, what the school watches is told."""

    _inherit = "bde.placement"

    def _alert_parts(self):
        return [*super()._alert_parts(), self._block_alerts(), self._site_alerts()]

    def _block_alerts(self):
        """Companies forbidden for all schools: no convention is sent."""
        placed = self.filtered(lambda p: p.host_id and p.date_start and p.date_end)
        if not placed:
            return {}
        blocks = self.env["bde.site.block"]._running_of(
            placed.host_id, min(placed.mapped("date_start")), max(placed.mapped("date_end"))
        )
        result = {}
        for placement in placed:
            found = (
                blocks[placement.host_id]
                ._of_school(placement.company_id)
                .filtered(
                    lambda b, p=placement: b.date_from <= p.date_end and b.date_to >= p.date_start
                )
            )
            if found:
                text = found[0].with_env(self.env)._sentence()
                key = f"site_block/{found[0].id}"
                result[placement] = [Alert("block", text, code="site_block", key=key)]
        return result

    def _site_alerts(self):
        """What the school itself notes: to watch or avoid, papers that end before the stay."""
        placed = self.filtered(lambda p: p.host_id and p.date_end)
        # sudo: a teacher is told what his school notes of the company of his pupil
        relations = (
            self.env["bde.relation"]
            .sudo()
            .search(
                [
                    ("company_id", "in", placed.company_id.ids),
                    ("partner_id", "in", placed.host_id.ids),
                    "|",
                    ("status", "in", GUARDED),
                    ("site_document_ids.expires_on", "!=", False),
                ]
            )
        )
        by_key = {(r.company_id, r.partner_id): r.with_env(self.env(su=True)) for r in relations}
        result = {}
        for placement in placed:
            relation = by_key.get((placement.company_id, placement.host_id))
            if relation and (alerts := placement._site_alerts_of(relation)):
                result[placement] = alerts
        return result

    def _site_alerts_of(self, relation):
        alerts = []
        if relation.status in GUARDED and relation.status_until >= self.date_start:
            labels = dict(relation._fields["status"]._description_selection(self.env))
            text = self.env._(
                "%(status)s: %(reason)s, until %(day)s.",
                status=labels[relation.status],
                reason=relation.status_reason_id.name,
                day=format_date(self.env, relation.status_until),
            )
            alerts.append(Alert("warn", text, code="site_watch", key=f"watch/{relation.id}"))
        valid = {d.kind for d in relation.site_document_ids
                 if not d.expires_on or d.expires_on >= self.date_end}  # fmt: skip
        for document in relation.site_document_ids:
            if document.kind not in valid:
                text = self.env._(
                    "%(document)s: ends on %(day)s, before the stay does.",
                    document=document.display_name,
                    day=format_date(self.env, document.expires_on),
                )
                key = f"site_document/{document.id}"
                alerts.append(Alert("warn", text, code="site_document", key=key))
        return alerts
