from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import format_date

from ..rules.rhythm import Waiting, is_due, to_tell

# who chases the others does not chase himself
NOT_HIS = ("referent", "head", "third")
TO_DO = "mail.mail_activity_data_todo"
CALL = "mail.mail_activity_data_call"


class BdeReminder(models.Model):
    """The reminders of a school on one day: whom they went to, who was told.

    One row a day and school is what makes sure that nobody gets two: the job that comes again
    finds it. Teachers find on it what they are asked to help with.
    """

    _name = "bde.reminder"
    _description = "Reminders of a day"
    _inherit = ["bde.owned", "mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _rec_name = "date"
    _mail_post_access = "read"

    date = fields.Date(required=True, readonly=True)
    person_count = fields.Integer(string="People reminded", readonly=True)
    signature_count = fields.Integer(string="Signatures waited for", readonly=True)
    referent_count = fields.Integer(string="For the referents", readonly=True)
    to_call_count = fields.Integer(string="To call", readonly=True)

    _day_uniq = models.UniqueIndex("(company_id, date)")

    @api.depends("date")
    def _compute_display_name(self):
        for day in self:
            day.display_name = self.env._(
                "Reminders of %(day)s", day=format_date(self.env, day.date)
            )

    # ------------------------------------------------------------
    # JOB
    # ------------------------------------------------------------

    @api.model
    def _cron_remind(self):
        """Reminds, school after school, each once a day in its working hours.

        A school is done or not: what stops in between begins again with the next one.
        """
        Signature = self.env["bde.document.signature"]
        groups = Signature._read_group(
            [("state", "=", "to_sign"), ("notified_on", "!=", False)], ["company_id"]
        )
        today = {day.company_id for day in self._days_of_today([company for (company,) in groups])}
        todo = [company for (company,) in groups if company not in today]
        self.env["ir.cron"]._commit_progress(remaining=len(todo))
        for company in todo:
            self.with_company(company).with_context(allowed_company_ids=company.ids)._remind_school(
                company
            )
            if not self.env["ir.cron"]._commit_progress(1):
                break

    @api.model
    def _days_of_today(self, companies):
        """Rows of the schools that had their reminders today."""
        rows = self.search(
            [
                ("company_id", "in", [company.id for company in companies]),
                ("date", ">=", fields.Date.subtract(fields.Date.today(), days=1)),
            ]
        )
        return rows.filtered(lambda row: row.date == row.company_id._bde_today())

    @api.model
    def _remind_school(self, company):
        """Reminds at one school whoever is due today; constant queries.

        :return: the row of the day, empty at night, on week-ends and in the holidays
        """
        if company._bde_is_quiet():
            return self.browse()
        signatures = self._waited_for(company)
        waiting = self._waiting(company, signatures)
        rhythms = self.env["bde.reminder.rule"]._rhythms(company)
        today = company._bde_today()
        judged = [(s, rhythms[s.role], waiting[s]) for s in signatures if s.role in rhythms]
        due = signatures.browse(s.id for s, rhythm, w in judged if is_due(rhythm, w, today))
        told = [(s, to_tell(rhythm, w, today)) for s, rhythm, w in judged]
        reminded = self.env["bde.delivery"]._deliver(due, reminder=True)
        day = self.with_context(mail_create_nosubscribe=True, mail_create_nolog=True).create(
            {
                "company_id": company.id,
                "date": today,
                "person_count": len(set(reminded.mapped("signer_key"))),
                "signature_count": len(reminded),
            }
        )
        day._clear_activities()
        day._tell_referents(signatures.browse(s.id for s, whom in told if "referent" in whom))
        day._tell_bureau(signatures.browse(s.id for s, whom in told if "manager" in whom))
        return day

    # ------------------------------------------------------------
    # WHO IS WAITED FOR
    # ------------------------------------------------------------

    @api.model
    def _waited_for(self, company):
        """Signatures of a school whose person has his link and said nothing.

        Nobody is reminded who answered, whom a paper is expected from, or of a document that
        the school corrects or that somebody asked to change.
        """
        signatures = self.env["bde.document.signature"].search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "to_sign"),
                ("is_current", "=", True),
                ("notified_on", "!=", False),
                ("document_id.correcting_since", "=", False),
            ]
        )
        signatures -= self._answered(company, signatures)
        return signatures.filtered(lambda s: not s._paper_expected())

    @api.model
    def _answered(self, company, signatures):
        """Those of people who answered, and of documents that somebody wants changed."""
        answers = self.env["bde.document.answer"].search(
            [("company_id", "=", company.id), ("state", "=", "open")]
        )
        people = {answer.signer_key for answer in answers if answer.kind != "change"}
        documents = {answer.document_id for answer in answers if answer.kind == "change"}
        return signatures.filtered(lambda s: s.signer_key in people or s.document_id in documents)

    @api.model
    def _waiting(self, company, signatures):
        """What the rhythm asks of each signature.

        The last contact is that of the person: one message a day, whatever the documents.

        :rtype: dict[signature, rules.rhythm.Waiting]
        """
        day_of = company._bde_date_of
        last = {}
        for signature in signatures:
            moment = max(filter(None, (signature.notified_on, signature.called_on)))
            known = last.get(signature.signer_key)
            last[signature.signer_key] = max(known, moment) if known else moment
        today = company._bde_today()
        waiting = {}
        for signature in signatures:
            own = max(filter(None, (signature.notified_on, signature.called_on)))
            # somebody who was written to today about something else waits until tomorrow
            newest = day_of(last[signature.signer_key])
            waiting[signature] = Waiting(
                newest if newest >= today else day_of(own),
                signature.reminder_count,
                signature.required,
                signature.deadline or None,
            )
        return waiting

    # ------------------------------------------------------------
    # WHO IS TOLD
    # ------------------------------------------------------------

    def _tell_referents(self, signatures):
        """Asks the referents to help: one activity and one letter each, whatever the number."""
        fresh = signatures.filtered(
            lambda s: not s.escalated_on and s.referent_user_id and s.role not in NOT_HIS
        )
        if not fresh:
            return
        fresh._log_escalated("referent")
        fresh.write({"escalated_on": fields.Datetime.now()})
        self.referent_count = len(fresh)
        open_ones = fresh.search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "to_sign"),
                ("is_current", "=", True),
                ("escalated_on", "!=", False),
                ("referent_user_id", "in", fresh.referent_user_id.ids),
            ]
        )
        by_referent = open_ones.grouped("referent_user_id")
        self._schedule(by_referent)
        self.env["bde.delivery"]._tell_referents(self.company_id, by_referent)

    def _clear_activities(self):
        """Takes away what referents have to do no more: everybody has signed, or was told of."""
        # sudo: activities of the referents themselves
        activities = self.env["mail.activity"].sudo().search(self._activity_domain())
        if activities:
            waited_for = self.env["bde.document.signature"]._read_group(
                [
                    ("company_id", "=", self.company_id.id),
                    ("state", "=", "to_sign"),
                    ("is_current", "=", True),
                    ("escalated_on", "!=", False),
                ],
                ["referent_user_id"],
            )
            busy = {user for (user,) in waited_for}
            activities.filtered(lambda activity: activity.user_id not in busy).unlink()

    def _activity_domain(self):
        """Activities that the days of this school gave."""
        days = self.search([("company_id", "=", self.company_id.id)])
        return [("res_model", "=", self._name), ("res_id", "in", days.ids)]

    def _schedule(self, by_referent):
        """One activity a referent, which takes the place of the one before."""
        # sudo: activities of the referents themselves
        Activity = self.env["mail.activity"].sudo()
        Activity.search(
            [
                *self._activity_domain(),
                ("user_id", "in", [user.id for user in by_referent]),
            ]
        ).unlink()
        activity_type = self.env.ref(CALL, raise_if_not_found=False) or self.env.ref(TO_DO)
        Activity.with_user(SUPERUSER_ID).with_context(mail_activity_quick_update=True).create(
            [
                {
                    "res_model_id": self.env["ir.model"]._get_id(self._name),
                    "res_id": self.id,
                    "activity_type_id": activity_type.id,
                    "user_id": user.id,
                    "date_deadline": self.date,
                    "automated": True,
                    "summary": self.with_context(lang=user.lang).env._(
                        "%(count)s signature(s) that do not come: call them",
                        count=len(signatures),
                    ),
                }
                for user, signatures in by_referent.items()
            ]
        )

    def _tell_bureau(self, signatures):
        """Puts people on the list of those whom the bureau calls."""
        fresh = signatures.filtered(lambda s: not s.to_call_since)
        if fresh:
            fresh._log_escalated("bureau")
            fresh.write({"to_call_since": fields.Datetime.now()})
            self.to_call_count = len(fresh)

    # ------------------------------------------------------------
    # BUTTONS
    # ------------------------------------------------------------

    def action_open_silent(self):
        """Signatures that do not come, among those that the user may see."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bde_partnerships.action_signature_silent"
        )
        return dict(action, domain=[("state", "=", "to_sign"), ("escalated_on", "!=", False)])
