import re

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_date, formatLang

from odoo.addons.bde_partnerships.controllers.signing import SigningTools
from odoo.addons.bde_partnerships.models.bde_document import SIGNED

from .bde_placement_stay import StayError

MAX_EURO = 100000


class BdePlacement(models.Model):
    """Section ``attestation`` of the page of a stay: the host corrects what was counted and signs
    there by a code, without leaving the page; the pupil finds his copy.
    """

    _inherit = "bde.placement"

    def _stay_sections(self, roles):
        sections = super()._stay_sections(roles)
        if section := self._attestation_section(roles):
            sections.append(
                {
                    "key": "attestation",
                    "sequence": 40,
                    "title": self.env._("Attestation"),
                    "template": "bde_pfmp.stay_attestation",
                    **section,
                }
            )
        return sections

    def _attestation_section(self, roles):
        """What the section shows to somebody; None when it is not for him."""
        convention = self.convention_id
        attestation = convention._attestation()
        signed = attestation if attestation.state in SIGNED else attestation.browse()
        if "host" not in roles:
            if "student" in roles and signed:
                text = self._attestation_given_text(signed)
                return {"state": "info", "step": "copy", "attestation": signed, "text": text}
            return None
        if signed or convention._is_attested():
            text = self._attestation_given_text(signed)
            return {"state": "done", "step": "done", "attestation": signed, "text": text}
        if convention.state == "closed":
            text = self._attestation_closed_text()
            return {"state": "info", "step": "closed", "attestation": signed, "text": text}
        if not convention._is_over():
            text = self.env._(
                "From %(day)s on you sign the attestation here: the days are filled in already.",
                day=format_date(self.env, self.date_end),
            )
            return {"state": "later", "step": "later", "text": text}
        link = self._stay_link()
        if link and link._code_is_live():
            papers = self._attestation_papers(link)
            if self in papers:
                return {
                    "state": "todo",
                    "step": "code",
                    "papers": self._attestation_paper_entries(papers),
                }
        channel, _address = link._code_target() if link else (False, False)
        beside, apart = self._attestations_beside(link) if link else ({}, self.env["res.company"])
        return {
            "state": "todo",
            "step": "days",
            **self._attestation_days_entry(),
            **self._attestation_entries(beside, apart, link),
            "code_channel": channel,
            "locked_until": link and link._locked_until() and self._attestation_locked_text(link),
        }

    def _attestation_given_text(self, signed):
        """Who signed it and when.

        :param signed: the attestation signed here, empty for one that came on paper
        """
        if not signed:
            return self.env._("The school has it, signed on paper.")
        return self.env._(
            "Signed by %(person)s on %(day)s.",
            person=signed.given_by,
            day=format_date(self.env, signed.given_on),
        )

    def _attestation_closed_text(self):
        return self.env._(
            "The school has closed this file without the attestation. Call the school if you can"
            " still give it."
        )

    def _attestation_counted_text(self):
        """How the days that are filled in were counted."""
        absent = self.convention_id.absence_days
        if absent:
            return self.env._(
                "%(planned)s days were planned, %(absent)s of absence. Correct it if you counted"
                " otherwise.",
                planned=self.presence_days,
                absent=formatLang(self.env, absent, digits=1),
            )
        return self.env._(
            "%(planned)s days were planned. Correct it if you counted otherwise.",
            planned=self.presence_days,
        )

    def _attestation_locked_text(self, link):
        return self.env._(
            "Too many wrong codes were typed. No code works until %(moment)s: call the school, it"
            " can open codes again at once.",
            moment=link._locked_text(),
        )

    def _stay_told(self, roles, key):
        if key == "attestation" and "host" in roles:
            section = self._attestation_section(roles) or {}
            if section.get("step") == "code":
                return self.env._("Your code is on its way: type it below to sign.")
            if section.get("step") == "days":
                return self.env._("Nothing is signed yet: correct what you want, then go on.")
            signed = self._attestations_signed_together(self._stay_link())
            if signed > 1:
                return self.env._(
                    "Thank you: %(count)s attestations are signed. You, the pupils and the schools"
                    " get the copies.",
                    count=signed,
                )
            return self.env._(
                "Thank you: it is signed. You, the pupil and the school get the copy."
            )
        return super()._stay_told(roles, key)

    # ------------------------------------------------------------
    # Taking
    # ------------------------------------------------------------

    def _stay_post_attestation(self, roles, form, files, proof):
        """Takes the days, then the signature, of the host of this trainee and nobody else."""
        if "host" not in roles:
            raise StayError(self.env._("The attestation is signed by who signed the convention."))
        convention = self.convention_id
        if convention._is_attested():
            return  # a double click, or the same request again
        if convention.state == "closed":
            raise StayError(self._attestation_closed_text())
        if not convention._is_over():
            raise StayError(
                self.env._(
                    "The attestation is given from the last day on, %(day)s.",
                    day=format_date(self.env, self.date_end),
                )
            )
        link = self._stay_link()
        step = form.get("step")
        if step == "sign":
            self._sign_attestation(link, form, proof)
        elif step == "change":
            link._use_code()
        elif step == "code":
            self._send_attestation_code(link)
        else:
            self._state_attestation(link, form)

    def _state_attestation(self, link, form):
        """The host says what was done: his attestations are made, a code goes to him.

        :raises StayError: names the fields; nothing is made then
        """
        ticked = _values(form, "with")
        stays = {self: ""}
        for stay in self._attestations_beside(link)[0]:
            if stay.convention_id.uuid in ticked:
                stays[stay] = f"_{stay.convention_id.uuid}"
        wanted, errors, message = {}, {}, ""
        for stay, suffix in stays.items():
            try:
                wanted[stay] = stay._attestation_form(form, suffix)
            except StayError as error:
                message = message or str(error)
                errors |= error.fields
        if errors:
            raise StayError(message, errors)
        for stay, vals in wanted.items():
            stay.env["bde.document"]._lock_rows(stay)
            stay.convention_id._ensure_attestations(vals)
        self._send_attestation_code(link, list(wanted))

    def _send_attestation_code(self, link, stays=None):
        """A code that signs the attestations of these stays; of those of the last one if none."""
        stays = stays or list(self._attestation_papers(link))
        if self not in stays or not all(stay._attestation_out() for stay in stays):
            raise StayError(self.env._("Say first how many days were done."))
        attestations = [stay.convention_id._attestation() for stay in stays]
        for attestation in attestations:
            # the signature itself must be quick
            attestation.version_id._ensure_pdf()
        result = link._send_code()
        if result != "sent":
            raise StayError(SigningTools()._code_error(result), keep=True)
        link.code_for = " ".join(attestation.uuid for attestation in attestations)

    def _attestation_form(self, form, suffix=""):
        """Values of the attestation as typed; hours follow from the days.

        :param str suffix: of the names of the fields: one form may state several stays
        :raises StayError: names the field
        """
        convention, field = self.convention_id, f"days{suffix}"
        days = self._number(form.get(field))
        if days is None or days < 0 or days * 2 != int(days * 2):
            raise StayError(
                self.env._("Look at the days."),
                {field: self.env._("Type a number of days, for instance 17 or 17,5.")},
            )
        if days > self.presence_days:
            raise StayError(
                self.env._("Look at the days."),
                {
                    field: self.env._(
                        "The convention planned %(days)s days of presence: it cannot be more."
                        " If the stay was longer, call the school.",
                        days=self.presence_days,
                    )
                },
            )
        return {
            "effective_days": days,
            "effective_hours": self._attested_hours(convention, days),
            "gratification_total": self._attested_gratification(convention, form, suffix),
        }

    def _attested_hours(self, convention, days):
        """Hours of so many days: those that were counted, a day more or less of the mean length."""
        if days == convention.effective_days or not self.presence_days:
            return convention.effective_hours
        mean = self.total_hours / self.presence_days
        hours = convention.effective_hours + (days - convention.effective_days) * mean
        return min(max(hours, 0), self.total_hours)

    def _attested_gratification(self, convention, form, suffix):
        if not self.gratification:
            return convention.gratification_total
        field = f"gratification{suffix}"
        paid = self._number(form.get(field))
        if paid is None or not 0 <= paid < MAX_EURO:
            raise StayError(
                self.env._("Look at the gratification."),
                {
                    field: self.env._(
                        "Type what was paid for the whole stay, for instance 612,50; 0 for nothing."
                    )
                },
            )
        return round(paid, 2)

    def _number(self, text):
        """Number of what somebody typed, with a comma or a point; None when it is none."""
        text = re.sub(r"[\s\u00a0\u202f€]", "", text or "").replace(",", ".")
        return float(text) if re.fullmatch(r"\d{1,6}(\.\d{1,2})?", text) else None

    # ------------------------------------------------------------
    # Signing
    # ------------------------------------------------------------

    def _sign_attestation(self, link, form, proof):
        """Signs by the code, as on the signing page; a wrong code counts.

        :raises StayError: nothing is signed
        """
        if self.convention_id._attestation().state in SIGNED:
            return
        signatures = self._shown_signatures(link, form)
        if not form.get("has_read"):
            raise StayError(
                self.env._("Tick the box that says that you certify it."),
                {"has_read": self.env._("Tick this box.")},
            )
        tools = SigningTools()
        name = (form.get("signed_name") or "").strip()[:120]
        image, error = tools._drawing(form, name)
        if error:
            raise StayError(error, {"signed_name": error})
        was_locked = link._locked_until()
        verdict = "locked" if was_locked else link._check_code(form.get("code"))
        if verdict != "right":
            if not was_locked:  # guesses against a closed door would fill the journal
                for own, theirs in signatures.items():
                    own._log_wrong_code(theirs, proof)
            error = tools._code_error(verdict)
            raise StayError(error, {"code": error}, keep=True)
        proof = proof | {"code_channel": link.code_channel, "code": link.code_hmac}
        try:
            for own, theirs in signatures.items():
                way = proof | {"link": own.token_hash[:16]}
                theirs._sign("drawn" if image else "typed", name or link.name, image, way)
        except UserError as failure:
            raise StayError(str(failure)) from failure
        link._use_code()

    def _shown_signatures(self, link, form):
        """Signatures to give on what the person had before his eyes.

        :return: {the link of a school: its signatures, in its company}
        :raises StayError: when one of them is no longer what was shown
        """
        papers = self._attestation_papers(link)
        shown = {form.get("document"), *_values(form, "paper")}
        signatures = {}
        for stay, own in papers.items():
            attestation = stay.convention_id._attestation()
            sha256 = attestation.version_id.content_sha256
            value = sha256 if stay == self else f"{attestation.uuid}:{sha256}"
            if value in shown:
                shown.remove(value)
                host = attestation.signature_ids.filtered(lambda s: s.role == "host")
                signatures[own] = signatures.get(own, host.browse()) | host
        if shown or self not in papers:
            raise StayError(
                self.env._("The attestation changed since you opened this page: read it again.")
            )
        return signatures

    def _stay_pdf_attestation(self, roles):
        """The attestation to read before it is signed, and the copy once it is."""
        stay, wanted = self, self.env.context.get("bde_stay_paper")
        if wanted and "host" in roles:
            papers = self._attestation_papers(self._stay_link())
            found = [one for one in papers if one.convention_id._attestation().uuid == wanted]
            stay = found[0] if found else self
        attestation = stay.convention_id._attestation()
        if not attestation.version_id or ("host" not in roles and attestation.state not in SIGNED):
            return None
        if attestation.sealed_attachment_id:
            return attestation.sealed_attachment_id.raw
        attestation.version_id._ensure_pdf()
        return attestation.version_id.pdf_attachment_id.raw


def _values(form, name):
    """All values of a field of a form that may hold several."""
    return form.getlist(name) if hasattr(form, "getlist") else [*filter(None, [form.get(name)])]
