import base64
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from odoo import models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date, format_datetime

from .bde_incident import KINDS
from .bde_placement_stay import StayError
from .bde_presence_stay import _source
from .bde_stay import END_DAYS

COPY_BYTES = 8 * 1024 * 1024
# what a copy of a declaration may be, by its first bytes
COPY_TYPES = ((b"%PDF-", "pdf"), (b"\xff\xd8\xff", "jpg"), (b"\x89PNG\r\n", "png"))
TEXT = 4000


class BdePlacement(models.Model):
    """Section ``incident`` of the page of a stay.

    One address for an accident, a conflict, and what a pupil tells the head alone: it does not
    say which.
    """

    _inherit = "bde.placement"

    def _stay_sections(self, roles):
        sections = super()._stay_sections(roles)
        today = self.company_id._bde_today()
        # once an accident is told the sheet says where the pupil lives: not for years
        if not self.date_start <= today <= self.date_end + timedelta(days=END_DAYS):
            return sections
        return [*sections, self._incident_section(roles)]

    def _incident_section(self, roles):
        source = _source(roles)
        zone = self.company_id.bde_tz or "Europe/Paris"
        Incident = self.env["bde.incident"]
        # sudo: accidents of the stay that the link opens
        accidents = self.sudo().incident_ids.filtered(lambda one: one.kind == "accident")
        known = [
            {
                "id": one.id,
                "day": format_date(self.env, self.company_id._bde_date_of(one.date)),
                "declared": one.state != "open",
                "declares": one.declares,
                "until": one.declare_until
                and format_datetime(
                    self.env, one.declare_until, tz=zone, dt_format="EEEE d MMMM, HH:mm"
                ),
                "late": one.is_late,
                "copied": bool(one.with_context(bin_size=True).copy_file),
            }
            for one in accidents.sorted("date")
            if source != "student"
        ]
        waits = any(not one["copied"] and one["declares"] == "host" for one in known)
        return {
            "key": "incident",
            "sequence": 25,
            "title": self.env._("Something is wrong?")
            if source == "student"
            else self.env._("Accident, problem"),
            "state": "todo" if waits else "info",
            "template": "bde_pfmp.stay_incident",
            "source": source,
            "accidents": known,
            "kinds": Incident._fields["kind"]._description_selection(self.env),
            "today": self.company_id._bde_today().isoformat(),
            "phone": self.company_id.phone,
        }

    def _stay_told(self, roles, key):
        """The same words whatever was told: somebody may look over the shoulder."""
        if key == "incident":
            return self.env._("Thank you: your message has left.")
        return super()._stay_told(roles, key)

    def _stay_pdf_incident(self, roles):
        """The procedure for the company: of its open accident, else blank."""
        if _source(roles) == "student":
            return None
        # sudo: accidents of the stay that the link opens
        accidents = self.sudo().incident_ids.filtered(lambda one: one.kind == "accident")
        return self._accident_pdf(accidents)

    # ------------------------------------------------------------
    # What is sent
    # ------------------------------------------------------------

    def _stay_post_incident(self, roles, form, files, proof):
        """Takes what was told in the section ``incident``, by the button that was pressed."""
        source = _source(roles)
        name = self._stay_person(source)["name"]
        verb, _dash, about = (form.get("do") or "").partition("-")
        if verb == "alone" and source == "student":
            self._take_alone(name, form)
        elif verb == "copy" and source != "student":
            self._take_declaration(name, about, files)
        elif verb == "tell":
            self._take_incident(source, name, form)
        else:
            raise StayError(self.env._("Choose one of the answers."))

    def _take_alone(self, name, form):
        """To the head alone; nothing of it stays on the page."""
        try:
            self.env["bde.harm.report"]._receive(
                self,
                (form.get("words") or "")[:TEXT],
                (form.get("reach") or "")[:200],
                "student",
                name,
            )
        except UserError as error:
            raise StayError(str(error), {"words": str(error)}) from error

    def _take_incident(self, source, name, form):
        kind, errors = form.get("kind"), {}
        if kind not in dict(KINDS):
            errors["kind"] = self.env._("Say what it is about.")
        facts = (form.get("facts") or "").strip()[:TEXT]
        if not facts:
            errors["facts"] = self.env._("Write a few words: what happened.")
        date = self._moment(form.get("day"), form.get("time"))
        if not date:
            errors["day"] = self.env._("Say the day and, for an accident, the hour.")
        if errors:
            raise StayError(self.env._("Something is missing."), errors)
        Incident = self.env["bde.incident"]
        vals = {
            "placement_id": self.id,
            "kind": kind,
            "date": date,
            "facts": facts,
            "source": source,
            "declared_by": name,
            **{
                field: (form.get(field) or "").strip()[:200]
                for field in ("place", "injury", "witnesses")
            },
        }
        twice = [(key, "=", vals[key]) for key in ("placement_id", "kind", "date", "facts")]
        if Incident.search_count(twice, limit=1):
            return
        try:
            Incident.create(vals)
        except ValidationError as error:
            raise StayError(str(error), {"day": str(error)}) from error

    def _moment(self, day, time):
        """The moment in UTC of what was typed in the hours of the school; None when unreadable."""
        zone = ZoneInfo(self.company_id.bde_tz or "Europe/Paris")
        try:
            local = datetime.fromisoformat(
                f"{(day or '').strip()}T{(time or '').strip() or '08:00'}"
            )
        except ValueError:
            return None
        return local.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None)

    def _take_declaration(self, name, about, files):
        """The company's copy of its declaration, for the head."""
        # sudo: of the stay that the link opens
        incident = self.sudo().incident_ids.filtered(
            lambda one: str(one.id) == about and one.kind == "accident"
        )
        upload = files.get("copy")
        field = f"copy_{about}"
        if not incident:
            raise StayError(self.env._("This accident is not known: tell the school first."))
        data = upload.stream.read(COPY_BYTES + 1) if upload and upload.filename else b""
        kind = next((ext for start, ext in COPY_TYPES if data.startswith(start)), None)
        if not data:
            text = self.env._("Choose the file: a PDF or a photo of the declaration.")
            raise StayError(text, {field: text})
        if not kind:
            text = self.env._("This file is neither a PDF nor a photo (JPEG, PNG).")
            raise StayError(text, {field: text})
        if len(data) > COPY_BYTES:
            text = self.env._("This file is too large (8 MB at most).")
            raise StayError(text, {field: text})
        if incident.copy_file or incident.state == "closed":
            if incident.copy_file and base64.b64decode(incident.copy_file) == data:
                return  # sent twice
            # evidence: a link that leaked, or second thoughts, do not change it
            text = self.env._("The school has the copy already: call it to send another one.")
            raise StayError(text, {field: text})
        incident._take_copy(
            base64.b64encode(data), f"declaration-{incident.date.date()}.{kind}", name
        )
