from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, formatLang

from odoo.addons.bde_partnerships.models.bde_document import EDITABLE, IN_SIGNATURE, SIGNED
from odoo.addons.bde_partnerships.models.bde_document_page import stylesheet, trusted
from odoo.addons.bde_partnerships.rules.canonical import sha256_hex

from ..rules import attestation_sheet

STYLES = ("bde_pfmp/static/src/css/convention.css", "bde_pfmp/static/src/css/attestation.css")
# What the host certifies: his page writes it, or what the school counted.
OF_VERBS = {
    "effective_days",
    "effective_hours",
    "gratification_total",
    "given_by",
    "given_on",
    "is_open",
}


class BdeAttestation(models.Model):
    """What a host certifies at the end of a stay, signed by him alone (D124-9 C. éduc.).

    Made of the convention that was signed and of what was done; the host signs on the page of
    the stay, on paper or on a device of the school. Signed, its convention is attested.
    """

    _name = "bde.attestation"
    _description = "Attestation"
    _inherit = ["bde.document.mixin"]
    _order = "date_end desc, student_name, id"
    _rec_name = "student_name"
    _rec_names_search = ["student_name", "number"]
    _document_kind = "attestation"

    convention_id = fields.Many2one(
        "bde.convention",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    placement_id = fields.Many2one(
        related="convention_id.placement_id", store=True, precompute=True, index=True
    )
    student_name = fields.Char(
        related="placement_id.student_name", store=True, precompute=True, string="Name of the pupil"
    )
    division_id = fields.Many2one(
        related="placement_id.division_id", string="Pupil's class", store=True, precompute=True
    )
    host_id = fields.Many2one(related="placement_id.host_id", string="Host")
    date_end = fields.Date(
        related="placement_id.date_end", string="Last day", store=True, precompute=True
    )
    is_open = fields.Boolean(
        readonly=True, default=True, copy=False, help="Not given up: one a convention."
    )
    effective_days = fields.Float(string="Days done", digits=(6, 1), readonly=True, copy=False)
    effective_hours = fields.Float(string="Hours done", readonly=True, copy=False)
    gratification_total = fields.Monetary(string="Gratification paid", readonly=True, copy=False)
    currency_id = fields.Many2one(related="company_id.currency_id")
    days_gap = fields.Float(
        string="Difference in days",
        digits=(6, 1),
        compute="_compute_days_gap",
        store=True,
        precompute=True,
        help="Days that the host certifies, less those that the school counted.",
    )
    given_by = fields.Char(readonly=True, copy=False, help="Who signed for the host.")
    given_on = fields.Date(readonly=True, copy=False)

    _open_uniq = models.UniqueIndex(
        "(convention_id) WHERE is_open", "This convention has its attestation already."
    )
    _gap_idx = models.Index("(company_id) WHERE days_gap != 0")

    @api.depends("effective_days", "convention_id.effective_days")
    def _compute_days_gap(self):
        for attestation in self:
            gap = attestation.effective_days - attestation.convention_id.effective_days
            attestation.days_gap = round(gap, 1)

    @api.depends("number", "student_name")
    def _compute_display_name(self):
        for attestation in self:
            parts = (attestation.number, attestation.student_name)
            attestation.display_name = " · ".join(part for part in parts if part)

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """An attestation belongs to the school and year of its convention; verbs make it."""
        self.env["bde.document"]._check_engine_fields(OF_VERBS & set().union(*vals_list))
        conventions = self.env["bde.convention"].browse(
            [vals["convention_id"] for vals in vals_list]
        )
        conventions.check_access("read")
        conventions._check_over()
        # an INSERT overtakes pending UPDATEs: one given up just before is still open
        self.flush_model(["is_open"])
        templates = conventions._attestation_templates()
        for vals, convention in zip(vals_list, conventions, strict=True):
            template = templates[convention]
            vals |= {
                "company_id": convention.company_id.id,
                "school_year_id": convention.school_year_id.id,
                "template_id": template.id,
                "lang": template.lang or "fr_FR",
            }
        return super().create(vals_list)

    def write(self, vals):
        self.env["bde.document"]._check_engine_fields(OF_VERBS & set(vals))
        if "convention_id" in vals:
            raise UserError(self.env._("An attestation stays with its convention."))
        return super().write(vals)

    # ------------------------------------------------------------
    # Content
    # ------------------------------------------------------------

    def _document_content(self):
        """From the convention that was signed, and from what was done."""
        self.ensure_one()
        convention = self.convention_id
        signed = convention.version_id._content()
        [party] = self._document_parties()
        school, host = signed["school"], signed["host"]
        stay = convention._stay()
        return {
            "template": self.template_id._template_content(),
            "stay": signed["stay"],
            "school_year": signed["school_year"],
            "convention": {
                "number": convention.number,
                "uuid": convention.uuid,
                "content_sha256": convention.version_id.content_sha256,
            },
            "school": school,
            "host": {name: host[name] for name in ("name", "address", "siret", "signatory")},
            "student": {
                name: signed["student"][name] for name in ("name", "birth_date", "division")
            },
            "training": {"title": signed["training"]["title"]},
            "period": {name: stay[name] for name in ("date_start", "date_end")},
            "course": {"interrupted": stay["interrupted"], "amendments": stay["amendments"]},
            "done": {
                "days": f"{self.effective_days:g}",
                "minutes": round(self.effective_hours * 60),
            },
            "gratification": {
                "agreed": bool(signed["financial"]["gratification"]),
                "total": f"{self.gratification_total:.2f}" if self.gratification_total else None,
            },
            "parties": [
                {
                    "uuid": party["uuid"],
                    "role": party["role"],
                    "name": party["name"],
                    "function": party.get("quality") or None,
                    "required": True,
                }
            ],
        }

    def _document_parties(self):
        """The host alone certifies; pupil and school get the copy."""
        self.ensure_one()
        return self._identify_parties([self._contact_party("host", self.placement_id.signatory_id)])

    def _document_html(self, content, proof=None):
        return self._page(content, proof, company=self.company_id)

    def _page(self, content, proof=None, company=None):
        """Complete page of a content.

        :param company: the school that keeps the logo named in the content
        :rtype: str
        """
        sheet = trusted(attestation_sheet.sheet(content, proof))
        values = self._page_values(sheet, content, proof, company, STYLES[0])
        values["css"] = stylesheet(*STYLES)
        return self._render_page("bde_pfmp.attestation_signed", values)

    def _document_labels(self):
        placement = self.placement_id
        return {
            "title": self.env._(
                "Attestation: %(pupil)s – %(host)s",
                pupil=placement.student_name,
                host=placement.host_id.name,
            ),
            "group_label": placement.division_id.name,
            "batch_label": placement.period_id.name,
        }

    def _document_summary(self, content):
        done, paid = content["done"], content["gratification"]
        facts = [
            (self.env._("Pupil"), content["student"]["name"]),
            (self.env._("Company"), content["host"]["name"]),
            (
                self.env._("Dates"),
                self.env._(
                    "From %(start)s to %(end)s",
                    start=format_date(self.env, content["period"]["date_start"]),
                    end=format_date(self.env, content["period"]["date_end"]),
                ),
            ),
            (
                self.env._("Days done"),
                self.env._(
                    "%(days)s days, that is %(hours)s",
                    days=done["days"].replace(".", ",")
                    if self.env.lang == "fr_FR"
                    else done["days"],
                    hours=attestation_sheet.duration(done["minutes"]),
                ),
            ),
        ]
        if paid["total"]:
            euro = self.env.ref("base.EUR")
            total = formatLang(self.env, float(paid["total"]), currency_obj=euro)
            facts.append((self.env._("Gratification paid"), total))
        elif paid["agreed"]:
            facts.append((self.env._("Gratification paid"), self.env._("none")))
        facts.append((self.env._("School"), content["school"]["name"]))
        return {"title": content["student"]["name"], "facts": facts}

    # ------------------------------------------------------------
    # Way to the signature
    # ------------------------------------------------------------

    def _put_out(self):
        """Makes the version of what stands here now and gives the host his turn, by no letter.

        The host is told by the page of the stay. What is out already and says the same is left
        alone; constant queries.
        """
        for documents in self.document_id._as_engine():
            documents._lock()
            out = documents.filtered(lambda d: d.state in IN_SIGNATURE)
            contents = out._build_contents() if out else {}
            out.filtered(
                lambda d, contents=contents: (
                    d.version_id.content_sha256 != sha256_hex(contents[d]) or d.correcting_since
                )
            ).action_back_to_draft()
            todo = documents.filtered(lambda d: d.state in (*EDITABLE, "refused"))
            todo.filtered(lambda d: d.state == "refused").action_back_to_draft()
            if todo:
                todo.with_context(bde_no_letter=True)._send()
                todo.signature_ids.filtered(lambda s: s.state == "to_sign").write(
                    {"notified_on": fields.Datetime.now()}
                )

    def action_send(self):
        """Sends the host the link of his page, where he signs."""
        self.document_id._check_staff()
        waiting = self.filtered(lambda one: one.state in (*EDITABLE, *IN_SIGNATURE))
        return waiting.placement_id.action_send_stay_link()

    def action_print_paper(self):
        """Prints them with a code on each page, to be signed by hand, scanned and recorded."""
        self.document_id._check_staff()
        self.filtered(lambda one: one.state not in SIGNED)._put_out()
        return self.document_id.action_print_paper()

    def action_open_convention(self):
        """The convention that it certifies."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "bde.convention",
            "res_id": self.convention_id.id,
            "view_mode": "form",
        }

    def _document_state_changed(self, old, new):
        result = super()._document_state_changed(old, new)
        # sudo: what follows from the state, whoever signed or gave it up
        record = self.sudo()
        if new == "cancelled":
            record.is_open = False
            if old in SIGNED:
                record.convention_id._take_attestation_back()
        elif new == "signed":
            record._certify()
        return result

    def _certify(self):
        """The host has signed: his conventions are attested, with what he says was paid."""
        for attestation in self:
            signature = attestation.signature_ids.filtered(lambda s: s.state == "signed")[:1]
            company = attestation.company_id
            attestation.write(
                {
                    "given_by": signature.signed_name or signature.name,
                    "given_on": company._bde_date_of(signature.signed_on)
                    if signature
                    else company._bde_today(),
                }
            )
            attestation.convention_id.gratification_total = attestation.gratification_total
        self.convention_id.action_record_attestation()
