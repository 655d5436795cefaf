from odoo import fields, models

from odoo.addons.bde_partnerships.rules.texts import parse_date

from ..rules import claims as rules
from ..rules import receipts
from .bde_claim_cap import KINDS
from .bde_placement_stay import StayError

MOST_CLAIMS = 30  # of one stay: more is no claim but a mistake
NOTE_LENGTH = 300


class BdePlacement(models.Model):
    """Claims on the pupil's page: what he spent, with a photo of the receipt."""

    _inherit = "bde.placement"

    claim_ids = fields.One2many(
        "bde.claim",
        "placement_id",
        string="Claims",
        groups="bde_partnerships.group_intendance,bde_partnerships.group_secretary",
    )

    def _claim_caps(self):
        """What the board pays during this stay: {kind: cap in sudo}."""
        self.ensure_one()
        kinds = [kind for kind, _label in KINDS]
        days = {self.date_start, self.date_end}
        found = self.env["bde.claim.cap"]._in_force(
            [(self.company_id, kind, day) for kind in kinds for day in sorted(days)]
        )
        return {kind: cap for (_company, kind, _day), cap in found.items()}

    def _stay_sections(self, roles):
        """Shown where the board of the school pays something: else there is nothing to ask."""
        sections = super()._stay_sections(roles)
        if "student" not in roles:
            return sections
        caps = self._claim_caps()
        # sudo: claims of the stay that the link opens
        claims = self.sudo().claim_ids.filtered(lambda claim: claim.state != "draft")
        if caps or claims:
            sections.append(
                {
                    "key": "claim",
                    "sequence": 55,
                    "title": self.env._("My costs: journeys, meals, lodging"),
                    "state": "info",
                    "template": "bde_pfmp.stay_claim",
                    "caps": [self._claim_cap_entry(kind, cap) for kind, cap in caps.items()],
                    "claims": [claim._page_entry() for claim in claims],
                    "most_files": receipts.MOST_FILES,
                }
            )
        return sections

    def _claim_cap_entry(self, kind, cap):
        """What the board pays of one kind, for the page."""
        kinds = dict(cap._fields["kind"]._description_selection(self.env))
        units = dict(cap._fields["unit"]._description_selection(self.env))
        claim = self.env["bde.claim"].new({"placement_id": self.id, "kind": kind})
        limits = []
        if cap.amount_unit:
            limits.append(
                self.env._(
                    "%(amount)s a %(unit)s",
                    amount=claim._money(cap.amount_unit),
                    unit=units[cap.unit],
                )
            )
        if cap.amount_stay:
            limits.append(
                self.env._("%(amount)s for the placement", amount=claim._money(cap.amount_stay))
            )
        return {
            "kind": kind,
            "label": kinds[kind],
            "limits": ", ".join(limits) or self.env._("on receipts"),
            "receipt": cap.receipt_required,
        }

    def _stay_post_claim(self, roles, form, files, proof):
        """A claim of the pupil; the same one twice is one."""
        if "student" not in roles:
            raise StayError(self.env._("Only the pupil claims his costs here."))
        caps = self._claim_caps()
        vals, errors = self._claim_values(form, caps)
        found, problem = self._claim_receipts(files.getlist("receipts"))
        cap = caps.get(vals.get("kind"))
        if problem:
            errors["receipts"] = problem
        elif cap and cap.receipt_required and not found:
            errors["receipts"] = self.env._("Add a photo of the receipt.")
        if errors:
            raise StayError(self.env._("Something is missing: see below."), errors)
        # sudo: the link is the right, and opens the stays of its person alone
        claims = self.env["bde.claim"].sudo()
        if claims.search_count(claims._domain_same(self, vals), limit=1):
            return
        if len(self.sudo().claim_ids) >= MOST_CLAIMS:
            raise StayError(
                self.env._("You sent many claims already: call the school for the others.")
            )
        claims.create(
            {
                "placement_id": self.id,
                "source": "student",
                "state": "submitted",
                "submitted_on": fields.Datetime.now(),
                **vals,
            }
        )._add_receipts(found)

    def _claim_values(self, form, caps):
        """Values of a claim, and what is wrong: ({field: value}, {input: sentence})."""
        kind = form.get("kind")
        amount = rules.parse_amount(form.get("amount"))
        quantity = rules.parse_quantity(form.get("quantity"))
        start, end = (parse_date(form.get(name) or "") for name in ("date_from", "date_to"))
        errors = {}
        if kind not in caps:
            errors["kind"] = self.env._("Choose what you paid for.")
        if not start or not end or not self.date_start <= start <= end <= self.date_end:
            errors["date_from"] = self.env._(
                "Give the first and the last day, between %(start)s and %(end)s.",
                start=self.env["bde.claim"]._day(self.date_start),
                end=self.env["bde.claim"]._day(self.date_end),
            )
        if not quantity:
            errors["quantity"] = self.env._("Give a whole number, from 1 to 999.")
        if not amount:
            errors["amount"] = self.env._("Give the sum in euros, for instance 12,50.")
        vals = {
            "kind": kind if kind in caps else False,
            "date_from": start,
            "date_to": end,
            "quantity": quantity or 1,
            "amount_asked": float(amount or 0),
            "note": (form.get("note") or "").strip()[:NOTE_LENGTH] or False,
        }
        return vals, errors

    def _claim_receipts(self, uploads):
        """Files that were sent: ([(name, mimetype, bytes)], sentence or None)."""
        uploads = [upload for upload in uploads if upload and upload.filename]
        if len(uploads) > receipts.MOST_FILES:
            return [], self.env._("At most %(count)s files at once.", count=receipts.MOST_FILES)
        found = []
        for number, upload in enumerate(uploads, 1):
            try:
                kind, mimetype, data = receipts.read_receipt(
                    upload.stream.read(receipts.MOST_BYTES + 1)
                )
            except receipts.ReceiptError as error:
                return [], self._receipt_sentence(str(error), upload.filename)
            name = self.env._("Receipt %(number)s.%(kind)s", number=number, kind=kind)
            found.append((name, mimetype, data))
        return found, None

    def _receipt_sentence(self, code, name):
        if code == "size":
            return self.env._("%(file)s is too large: 10 MB at most.", file=name[:60])
        if code == "empty":
            return self.env._("%(file)s is empty: take the photo again.", file=name[:60])
        return self.env._("%(file)s: send a photo (JPEG, PNG) or a PDF.", file=name[:60])

    def _stay_told(self, roles, key):
        if key == "claim":
            return self.env._("Thank you: the school has your claim. Its answer comes here.")
        return super()._stay_told(roles, key)


class BdeClaim(models.Model):
    _inherit = "bde.claim"

    def _page_entry(self):
        """One claim on the page of its pupil."""
        states = dict(self._fields["state"]._description_selection(self.env))
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return {
            "kind": kinds[self.kind],
            "date_from": self.date_from,
            "date_to": self.date_to,
            "asked": self._money(self.amount_asked),
            "granted": self._money(self.amount_granted) if self.amount_granted else "",
            "state": states[self.state],
            "why": self.refusal_reason or self.granted_working or "",
            "receipts": len(self.receipt_ids),
        }
