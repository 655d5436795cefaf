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
            found = {
                standing.number: standing
                for standing in mentions.check_wording(template._template_content()["articles"])
            }
            rows = [template._mention_row(number, found.get(number)) for number in MENTIONS]
            template.missing_mention_count = sum(not present for *_row, present in rows)
            template.mention_check = self._mention_table(rows)

    def _mention_row(self, number, standing):
        """(number, label, where it stands, present) of one mention."""
        if standing is None:
            where = self.env._("filled in from the placement")
        elif standing.present:
            where = self.env._(
                "article %(numbers)s", numbers=", ".join(str(n) for n in standing.articles)
            )
        else:
            where = self.env._("no article says it")
        return number, str(MENTIONS[number]), where, standing is None or standing.present

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

    def _preview_content(self, placement=None):
        """Content to look at this wording with: a placement's, else an invented one.

        :param placement: one that a convention could be made of, or None
        :rtype: dict
        """
        self.ensure_one()
        wording = self._template_content()
        if not placement:
            return convention_sample.sample(self.kind, wording) | {"preview": True}
        # sudo: the placement was read by the caller; nothing is kept of this record
        convention = (
            self.env["bde.convention"]
            .sudo()
            .new({"placement_id": placement.id, "template_id": self.id})
        )
        convention.company_id = placement.company_id
        return convention._document_content() | {
            "template": wording,
            "stay": self.kind,
            "number": self.env._("PREVIEW"),
            "check_url": "",
            "preview": True,
            "tz": placement.company_id.bde_tz,
        }

    def _preview_pdf(self, record=None):
        """PDF of :meth:`_preview_content`.

        :param record: placement to show it on
        :rtype: bytes
        """
        if self.kind not in CONVENTION_KINDS:
            return super()._preview_pdf(record)
        content = self._preview_content(record)
        Convention = self.env["bde.convention"].sudo()  # sudo: pages are built without records
        html = Convention._page(content, company=record and record.company_id)
        return self.env["bde.document.version"]._render_html(html)

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
