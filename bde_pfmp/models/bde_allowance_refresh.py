import logging
from decimal import Decimal

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.tools import SQL

from ..rules import allowance
from .bde_allowance_schooling import HOOK

_logger = logging.getLogger(__name__)

# states of a placement whose convention is signed: what is done there is paid
COUNTED = ("signed", "running", "ended", "attested", "closed", "interrupted")
# what counting reads; core reads a field that was not asked for by thousands of records, all
# columns of the table with it
READ = {
    "bde.placement": (
        "company_id", "school_year_id", "period_id", "schooling_id", "student_id", "student_name",
        "division_id", "host_id", "convention_id", "date_start", "date_end", "attested_on",
        "attestation_due_on", "gratification", "state",
    ),
    "bde.schooling": (
        "company_id", "school_year_id", "student_id", "mef", "status", "date_start", "date_end",
        "attribution_state", "rib_state", "consent_state", "allowance_elsewhere",
    ),
    "bde.student": (
        "ine", "sex", "birth_date", "birth_country", "birth_commune", "city", "zip", "country",
        "is_emancipated",
    ),
    "bde.convention": ("effective_days", "effective_hours", "gratification_total"),
    "bde.allowance": (
        "placement_id", "mef", "entered_on", "entered_days", "entered_amount",
    ),
}  # fmt: skip
CHUNK = 500
# pupils of one school and more are counted at once
AT_ONCE = 2000


class BdeAllowance(models.Model):
    """Counting: all the placements of pupils of one MEF and year, in constant queries."""

    _inherit = "bde.allowance"

    @api.model
    def _refresh_marked(self):
        """Counts what this transaction marked, before it is written (hook of the cursor)."""
        ids = self.env.cr.precommit.data.pop(HOOK, ())
        if len(ids) > AT_ONCE:
            # a whole instance, at an upgrade or when a rate changes: the job does it in chunks
            self.env["bde.schooling"].browse(ids)._allowance_leave()
            return
        self._refresh(self.env["bde.schooling"].browse(ids).exists())

    @api.model
    def _cron_refresh(self):
        """Counts stays that ended since, and what no transaction counted; resumable."""
        # sudo: a job for all schools
        Schooling = self.env["bde.schooling"].sudo()
        schools = self.env["res.company"].sudo().search([("bde_kind", "=", "school")])
        # the furthest school of the Republic is half a day ahead: each judges its own stays
        today = max((school._bde_today() for school in schools), default=fields.Date.today())
        over = self.sudo().search([("status", "=", "coming"), ("date_end", "<", today)])
        over.schooling_id._allowance_changed()
        self.env.cr.precommit.data.pop(HOOK, None)
        done = last = 0
        total = Schooling.search_count([("allowance_stale", "=", True)])
        while schoolings := Schooling.search(
            [("allowance_stale", "=", True), ("id", ">", last)], order="id", limit=CHUNK
        ):
            last = schoolings[-1:].id
            # sudo: a job for all schools
            self.sudo()._refresh_apart(schoolings)
            done += len(schoolings)
            left = self.env["ir.cron"]._commit_progress(
                len(schoolings), remaining=max(total - done, 0)
            )
            if not left:
                break

    @api.model
    def _refresh_apart(self, schoolings):
        """As :meth:`_refresh`; a pupil who cannot be counted stops no other, and keeps his mark."""
        try:
            with self.env.cr.savepoint():
                self._refresh(schoolings)
        except OperationalError:
            raise  # two at the same row: the job is played again
        except Exception:
            if len(schoolings) == 1:
                _logger.exception("Allowances of schooling %s cannot be counted", schoolings.id)
                return
            middle = len(schoolings) // 2
            self._refresh_apart(schoolings[:middle])
            self._refresh_apart(schoolings[middle:])

    @api.model
    def _refresh(self, schoolings):
        """Counts the allowances of these pupils again, with all their placements of the year.

        Called in sudo. Constant queries: the days, what is missing, one statement that writes.

        :param schoolings: ``bde.schooling``
        """
        if not schoolings:
            return
        self.env.flush_all()
        self._read_all(schoolings)
        # a pupil who changed school class and came back has several schoolings in a year
        schoolings = self.env["bde.schooling"].search_fetch(
            [
                ("student_id", "in", schoolings.student_id.ids),
                ("school_year_id", "in", schoolings.school_year_id.ids),
            ],
            READ["bde.schooling"],
        )
        placements = self._counted_placements(schoolings)
        self._read_all(placements.student_id)
        self._read_all(placements.convention_id)
        known = {
            record.placement_id: record
            for record in self.search_fetch(
                [("schooling_id", "in", schoolings.ids)], READ[self._name]
            )
        }
        rows = self._rows(placements, known)
        gone = self.browse().union(*(known[one] for one in known.keys() - set(placements)))
        # what stands in APLyPro is told as long as it stands there
        gone.filtered(lambda record: not record.entered_on).unlink()
        kept = gone.exists()
        kept.write({"status": "changed", "days": 0, "amount": 0, "working": False})
        self._store(rows)
        self.env.cr.execute(
            SQL(
                "UPDATE bde_schooling SET allowance_stale = false "
                "WHERE allowance_stale AND id = ANY(%s)",
                schoolings.ids,
            )
        )
        schoolings.invalidate_recordset(["allowance_stale", "allowance_ids"], flush=False)
        placements.invalidate_recordset(["allowance_ids"], flush=False)
        schoolings.student_id.invalidate_recordset(["allowance_ids"], flush=False)
        self.env["bde.gratification"]._refresh(schoolings)

    @api.model
    def _read_all(self, records):
        """Reads what is counted from of all these records in one query, however many they are."""
        records.with_context(active_test=False).search_fetch(
            [("id", "in", records.ids)], READ[records._name]
        )

    @api.model
    def _counted_placements(self, schoolings):
        """Placements that the State pays for: signed PFMP of pupils, never of apprentices."""
        return self.env["bde.placement"].search_fetch(
            [
                ("schooling_id", "in", schoolings.ids),
                ("schooling_id.status", "!=", "AP"),
                ("state", "in", COUNTED),
                ("period_id.kind", "=", "pfmp"),
            ],
            READ["bde.placement"],
            order="date_start, id",
        )

    @api.model
    def _rows(self, placements, known):
        """Values of the rows, {placement: dict} in the order of the dates."""
        rows, groups, spans = {}, {}, {}
        certified = self._days_certified(placements.convention_id)
        for placement in placements:
            row = self._row(placement, known.get(placement), certified)
            rows[placement] = row
            groups.setdefault((placement.student_id, row["mef"], row["year"]), []).append(placement)
            spans.setdefault(placement.student_id, []).append(
                (placement, placement.date_start, placement.date_end)
            )
        overlaps = set().union(*map(allowance.overlapping, spans.values())) if spans else set()
        for (_student, mef, year), group in groups.items():
            rate = self.env["bde.allowance.rate"]._rate(mef, year) if mef else None
            self._price(rows, known, group, rate)
        for placement, row in rows.items():
            row["missing"] = allowance.problems(self._facts(placement, row, placement in overlaps))
            row["status"] = self._status(placement, row, known.get(placement))
        return rows

    @api.model
    def _days_certified(self, conventions):
        """{convention: days} as the hosts certified them, of attestations that were signed."""
        signed = self.env["bde.attestation"].search_fetch(
            [
                ("convention_id", "in", conventions.ids),
                ("is_open", "=", True),
                ("given_on", "!=", False),
            ],
            ["convention_id", "effective_days"],
        )
        return {one.convention_id: one.effective_days for one in signed}

    def _row(self, placement, record, certified):
        """Values of one row that hang on its placement alone."""
        schooling, convention = placement.schooling_id, placement.convention_id
        begun = placement.date_start <= placement.company_id._bde_today()
        # a MEF that changes later is the one of later days
        mef = record.mef if record and (begun or record.entered_on) else schooling.mef
        return {
            "placement_id": placement.id,
            "company_id": placement.company_id.id,
            "school_year_id": placement.school_year_id.id,
            "year": placement.school_year_id.name,
            "schooling_id": schooling.id,
            "student_id": placement.student_id.id,
            "student_name": placement.student_name,
            "division_id": placement.division_id.id,
            "period_id": placement.period_id.id,
            "mef": mef or schooling.mef or None,
            "date_start": placement.date_start,
            "date_end": placement.date_end,
            "due_on": placement.attestation_due_on,
            # as the host certified them, else as presence counts them
            "days": allowance.whole_days(certified.get(convention, convention.effective_days)),
        }

    def _price(self, rows, known, group, rate):
        """Amounts of the placements of one pupil, MEF and year."""
        for placement in group:
            rows[placement] |= {
                "rate": rate,
                "rate_known": bool(rate),
                "daily": rate and rate.daily,
                "cap": rate and rate.cap,
                "amount": None,
                "working": None,
            }
        if not rate:
            return
        stays = []
        for placement in group:
            record = known.get(placement)
            held = Decimal(str(record.entered_amount)) if record and record.entered_on else None
            stays.append(
                allowance.Stay(placement, placement.date_start, rows[placement]["days"], held)
            )
        elsewhere = sum(
            Decimal(str(schooling.allowance_elsewhere or 0))
            for schooling in {placement.schooling_id for placement in group}
            if schooling.mef == rows[group[0]]["mef"]
        )
        for found in allowance.amounts(stays, rate.daily, rate.cap, elsewhere):
            rows[found.key] |= {
                "amount": found.amount,
                "working": {
                    "days": found.days,
                    "daily": str(rate.daily),
                    "cap": str(rate.cap),
                    "full": str(found.full),
                    "used": str(found.used),
                    "left": str(found.left),
                    "amount": str(found.amount),
                    "held": found.held,
                    # what would be due now, other stays left as they are
                    "due": float(min(found.full, found.left)),
                },
            }

    def _facts(self, placement, row, overlap):
        """What the State's application asks of one stay, for :func:`rules.allowance.problems`."""
        student, schooling = placement.student_id, placement.schooling_id
        year = placement.school_year_id
        return allowance.Facts(
            ine=student.ine or "",
            sex=student.sex or "",
            birth_country=student.birth_country or "",
            birth_commune=student.birth_commune or "",
            address=bool(student.city and (student.zip or student.country)),
            mef=row["mef"] or "",
            rate=row["rate"],
            start=placement.date_start,
            end=placement.date_end,
            days=row["days"],
            year=(year.date_start, year.date_end),
            schooling=(schooling.date_start or None, schooling.date_end or None),
            # closed with a reason and without an attestation: nothing is paid
            attested=bool(placement.attested_on) or placement.state == "attested",
            decision=schooling.attribution_state == "present",
            rib=schooling.rib_state,
            adult=student._is_adult_on(placement.date_start),
            alone=student._signs_alone_on(placement.date_start),
            consent=schooling.consent_state == "present",
            overlap=overlap,
        )

    def _status(self, placement, row, record):
        if record and record.entered_on:
            due = row["working"]["due"] if row["working"] else 0
            same = record.entered_days == row["days"] and record.entered_amount == due
            return "entered" if same else "changed"
        if placement.date_end >= placement.company_id._bde_today():
            return "coming"
        if not row["days"] or (row["rate"] and not row["amount"]):
            return "nothing"
        return "missing" if row["missing"] else "ready"
