from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

from ..rules import convention_sample, mentions

_lt = LazyTranslate(__name__)

CONVENTION_KINDS = ("pfmp", "observation", "seconde_gt", "bts")
# D124-4 C. éduc., in short
MENTIONS = {
    1: _lt("Full title of the course and its yearly hours"),
    2: _lt("Names of the referent teacher and of the tutor"),
    3: _lt("Competences to acquire or develop"),
    4: _lt("Activities given to the pupil"),
    5: _lt("First day, last day and total duration"),
    6: _lt("Weekly presence; presence at night, on Sundays and public holidays"),
    7: _lt("How referent teacher and tutor follow the pupil"),
    8: _lt("Gratification and how it is paid"),
    9: _lt("Social protection, accidents and liability insurance"),
    10: _lt("When the pupil may be absent"),
    11: _lt("How the convention is suspended or ended"),
    12: _lt("What counts when the stay is interrupted"),
    13: _lt("Benefits: canteen, meal vouchers, transport, social works"),
    14: _lt("House rules that apply to the pupil"),
    15: _lt("When the attestation is given"),
    # L124-20 C. éduc., for hosts abroad
    16: _lt("Sheet on the law of the country, annexed (L124-20)"),
}


class BdeDocumentTemplate(models.Model):
    _inherit = "bde.document.template"

    kind = fields.Selection(
        selection_add=[
            ("pfmp", "PFMP"),
            ("observation", "Observation sequence"),
            ("seconde_gt", "Sequence of seconde générale et technologique"),
            ("bts", "BTS work placement"),
        ],
        ondelete={
            "pfmp": "set document",
            "observation": "set document",
            "seconde_gt": "set document",
            "bts": "set document",
        },
        default="pfmp",
    )
    mention_check = fields.Html(
        string="Mentions of the law", compute="_compute_mention_check", sanitize=False
    )
    missing_mention_count = fields.Integer(
        string="Missing mentions", compute="_compute_mention_check"
    )

    @api.depends("kind", "article_ids.number", "article_ids.title", "article_ids.body")
    def _compute_mention_check(self):
        for template in self:
            if template.kind not in mentions.GOVERNED:
                template.mention_check = False
                template.missing_mention_count = 0
                continue
            rows = template._mention_rows()
            template.missing_mention_count = sum(not present for *_row, present in rows)
            template.mention_check = self._mention_table(rows)

    def _mention_rows(self, placement=None):
        """(number, label, where it stands, present) of each mention.

        :param placement: with its data too, when it is given; else of the wording alone
        """
        self.ensure_one()
        if placement:
            placement.check_access("read")
            found = mentions.check_content(self._preview_content(placement))
        else:
            found = mentions.check_wording(self._template_content()["articles"])
        standings = {standing.number: standing for standing in found}
        numbers = [n for n in MENTIONS if n in standings or n in mentions.NUMBERS]
        return [self._mention_row(number, standings.get(number)) for number in numbers]

    def _mention_row(self, number, standing):
        if standing and not standing.present:
            where = self._mention_lacks(number)
        elif standing and number in mentions.WORDING:
            where = self.env._(
                "article %(numbers)s", numbers=", ".join(str(n) for n in standing.articles)
            )
        else:
            where = self.env._("filled in from the placement")
        return number, self.env._(MENTIONS[number]), where, standing is None or standing.present

    def _mention_lacks(self, number):
        """What to do about a mention that is missing."""
        if number == mentions.ABROAD:
            return self.env._("no complete sheet on this country: see Configuration")
        if number in mentions.WORDING:
            return self.env._("no article says it")
        return self.env._("the placement does not say it")

    def _wording_faults(self):
        """Names the mentions of D124-4 that no article says."""
        faults = super()._wording_faults()
        if self.kind in mentions.GOVERNED:
            missing = [label for _number, label, _where, there in self._mention_rows() if not there]
            if missing:
                faults.append(
                    self.env._(
                        "Mentions of D124-4 that no article says, without which no convention is "
                        "sent: %(mentions)s.",
                        mentions="; ".join(missing),
                    )
                )
        return faults

    @api.model
    def _mention_table(self, rows):
        """Table of the mentions, also for those who do not see colours."""
        body = Markup("").join(
            Markup('<tr class="%s"><td>%s</td><td>%s</td><td>%s</td><td><b>%s</b></td></tr>')
            % (
                "" if present else "table-danger",
                number,
                label,
                where,
                self.env._("present") if present else self.env._("missing"),
            )
            for number, label, where, present in rows
        )
        head = Markup("<tr><th>%s</th><th>%s</th><th>%s</th><th>%s</th></tr>") % (
            self.env._("No."),
            self.env._("Mention of D124-4"),
            self.env._("Where"),
            self.env._("State"),
        )
        return Markup(
            '<table class="table table-sm"><thead>%s</thead><tbody>%s</tbody></table>'
        ) % (
            head,
            body,
        )

    # ------------------------------------------------------------
    # Preview
    # ------------------------------------------------------------

    def _preview_content(self, placement=None, second_lang=None):
        """Content to look at this wording with: a placement's, else an invented one.

        :param placement: one that a convention could be made of, or None
        :param str second_lang: language beside French; by default that of the placement
        :rtype: dict
        """
        self.ensure_one()
        training = placement.training_id if placement else None
        wording = self._template_content(training)
        second = {"second": self._second_content(second_lang, training)} if second_lang else {}
        if not placement:
            return convention_sample.sample(self.kind, wording) | second | {"preview": True}
        # sudo: the placement was read by the caller; nothing is kept of this record
        convention = (
            self.env["bde.convention"]
            .sudo()
            .new({"placement_id": placement.id, "template_id": self.id})
        )
        convention.company_id = placement.company_id
        return (
            convention._document_content()
            | second
            | {
                "template": wording,
                "stay": self.kind,
                "number": self.env._("PREVIEW"),
                "check_url": "",
                "preview": True,
                "tz": placement.company_id.bde_tz,
            }
        )

    def _preview_pdf(self, record=None):
        """PDF of :meth:`_preview_content`, in the language ``bde_second_lang`` of the context too.

        :param record: placement to show it on
        :rtype: bytes
        """
        if self.kind not in CONVENTION_KINDS:
            return super()._preview_pdf(record)
        content = self._preview_content(record, self.env.context.get("bde_second_lang"))
        Convention = self.env["bde.convention"].sudo()  # sudo: pages are built without records
        html = Convention._page(content, company=record and record.company_id)
        return self.env["bde.document.version"]._render_html(html)

    def action_look(self):
        """Dialog that checks this wording, and shows it, on a placement that is chosen."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Check and preview"),
            "res_model": "bde.template.look",
            "view_mode": "form",
            "target": "new",
            "context": {"default_template_id": self.id},
        }

    # ------------------------------------------------------------
    # Handing down
    # ------------------------------------------------------------

    @api.model
    def _convention_library(self):
        """The national wordings that this module ships."""
        library = self.browse()
        for kind in CONVENTION_KINDS:
            template = self.env.ref(f"bde_pfmp.template_{kind}", raise_if_not_found=False)
            library |= template or self.browse()
        return library

    @api.model
    def _hand_down_to_all(self):
        """Every académie that is there gets the national wordings; run at installation."""
        academies = self.env["res.company"].search([("bde_kind", "=", "academy")])
        self._hand_down(academies, self._convention_library())
