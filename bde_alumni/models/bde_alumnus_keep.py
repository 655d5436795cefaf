from odoo import api, fields, models
from odoo.fields import Domain

# the survey at 24 months and its reminders are over by then, whatever was said
LAST_WAVE_MONTHS = 25
STEP = 200
# a name that somebody had is searched by for that long
FORMER_NAME_DAYS = 365

CONTACT = ("email", "email_pending", "phone", "city", "zip")


class BdeAlumnus(models.Model):
    """How long what is kept: contact details go first, later the person, by the académie's rule."""

    _inherit = "bde.alumnus"

    contact_erased_on = fields.Date(
        string="Contact details erased on", readonly=True, help="By the rule of the académie."
    )

    @api.model
    def _cron_forget(self):
        """Erases what is kept no longer, in steps; it tells the job how much is left."""
        self._forget_former_names()
        progress = self.env["ir.cron"]._commit_progress
        # alumni are looked at whole, whatever a screen leaves out
        Alumnus = self.with_context(active_test=False)
        groups = Alumnus._read_group([("has_left", "=", True)], ["company_id"])
        todo = []
        for (company,) in groups:
            todo.append((company, Alumnus._forget_domain(company, "record"), "_forget_records"))
            contact = Alumnus._forget_domain(company, "contact")
            contact &= Alumnus._has_contact_domain()
            todo.append((company, contact, "_forget_contact"))
        left = sum(Alumnus.search_count(domain) for _company, domain, _verb in todo)
        progress(remaining=left)
        for company, domain, verb in todo:
            while alumni := Alumnus.search(domain, limit=STEP, order="id"):
                count = len(alumni)
                if not company._bde_apart(lambda _company: getattr(alumni, verb)()):  # noqa: B023
                    # the others of this school wait for the next night, other schools do not
                    left -= Alumnus.search_count(domain)
                    break
                left -= count
                if not progress(count, remaining=max(left, 0)):
                    return

    @api.model
    def _forget_domain(self, company, what):
        """Those of a school whose time is over: no consent stands, no survey runs.

        :param str what: ``contact`` or ``record`` of ``bde.retention``
        """
        months = self.env["bde.retention"]._months(company, what)
        if what == "contact":
            months = max(months, LAST_WAVE_MONTHS)
        before = fields.Date.subtract(company._bde_today(), months=months)
        return (
            Domain(
                [
                    ("company_id", "=", company.id),
                    ("has_left", "=", True),
                    ("left_on", "<", before),
                    ("ok_news", "=", False),
                    ("ok_directory", "=", False),
                    ("ok_mentoring", "=", False),
                    ("ok_solicitation", "=", False),
                    ("ok_portrait", "=", False),
                ]
            )
            & self._not_asked_domain()
        )

    @api.model
    def _not_asked_domain(self):
        """Those whom no survey that runs waits for."""
        lines = self.env["bde.alumni.wave.line"].sudo()  # sudo: a job looks at all schools
        waits = lines._search([("wave_id.state", "!=", "over")])
        return Domain("id", "not in", waits.subselect("alumnus_id"))

    @api.model
    def _has_contact_domain(self):
        return Domain.OR(Domain(name, "!=", False) for name in CONTACT)

    def _forget_contact(self):
        """Erases addresses; name, training and outcomes stay for the counts of the cohort."""
        self._stop_letters()
        self._close_page_links()
        for company, alumni in self.grouped("company_id").items():
            alumni.write(
                dict.fromkeys(CONTACT, False) | {"contact_erased_on": company._bde_today()}
            )

    def _forget_records(self):
        """Erases people, and counts them."""
        self._count_gone("forgotten_count")
        self._erase()

    @api.model
    def _forget_former_names(self):
        before = fields.Date.subtract(fields.Date.today(), days=FORMER_NAME_DAYS)
        self.with_context(active_test=False).search([("former_name_on", "<", before)]).write(
            {"former_name": False, "former_name_on": False}
        )
