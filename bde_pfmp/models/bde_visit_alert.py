from odoo import models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

TO_DO = "mail.mail_activity_data_todo"
RANK = {False: 0, "none": 0, "watch": 1, "urgent": 2}


class BdeVisit(models.Model):
    """Alerts of reports: a task for the bureau, and for the head with a mail when it is urgent.

    Each level is told once, whatever the number of times that the report is saved or sent.
    """

    _inherit = "bde.visit"

    def _raise_alerts(self):
        """Tells the bureau (and the head) of alerts that nobody was told of yet."""
        raised = self.filtered(lambda one: RANK[one.alert] > RANK[one.alert_raised])
        # sudo: tasks of others, and what the verbs alone write
        for (company, level), visits in raised.sudo().grouped(_company_and_level).items():
            people = company._bde_bureau_user()[company]
            if level == "urgent":
                people |= company._bde_acting_heads()
                # the bureau has its task already when the level rose
                visits.filtered(lambda one: one.alert_raised).activity_unlink([TO_DO])
            for user in people:
                visits._schedule_alert(user, level)
            visits.write({"alert_raised": level, "alert_state": "open"})
            if level == "urgent":
                visits._mail_urgent(people)
        return raised

    def _schedule_alert(self, user, level):
        """A task of today on the list of somebody; its mail is ours or none."""
        env = self.with_context(lang=user.lang or self.env.lang).env
        label = dict(self._fields["alert"]._description_selection(env))[level]
        self.with_context(mail_activity_quick_update=True).activity_schedule(
            TO_DO,
            self.company_id._bde_today(),
            summary=env._("Alert from a visit: %(level)s", level=label),
            user_id=user.id,
        )

    def _mail_urgent(self, people):
        """The mail of the same minute: who, where, by whom; what was written stays in Odoo."""
        Delivery = self.env["bde.delivery"]
        messages = []
        for visit in self:
            readers = {
                (email_normalize(user.email) or user.email): (user.name, user.lang)
                for user in people
                if user.email
            }
            shared = visit.company_id.bde_email
            if shared and (email_normalize(shared) or shared) not in readers:
                readers[shared] = (visit.company_id.name, visit.company_id.partner_id.lang)
            messages += [
                visit._urgent_message(email, name, lang) for email, (name, lang) in readers.items()
            ]
        Delivery._queue(messages)
        if messages:
            Delivery._trigger_queue()

    def _urgent_message(self, email, name, lang):
        lang = lang or self.env.lang
        env = self.with_context(lang=lang).env
        values = {
            "company": self.company_id,
            "lang": lang,
            "name": name,
            "pupil": self.student_name,
            "division": self.division_id.name,
            "host": self.host_id.name,
            "teacher": self.teacher_id.name or self.create_uid.name,
            "url": f"{self.env['bde.link']._base_url()}/odoo/bde-visits/{self.id}",
        }
        engine = self.env["ir.qweb"].with_context(lang=lang)
        body = engine._render("bde_pfmp.mail_visit_urgent", values, minimal_qcontext=True)
        return {
            "company": self.company_id,
            "email_to": self.env["bde.delivery"]._to(name, email),
            # no name of a pupil: subjects stand in records that staff list
            "subject": env._("Urgent, from a visit – %(school)s", school=self.company_id.name),
            "body_html": body,
        }

    def action_handle_alert(self):
        """Closes alerts once something was done; the tasks go with them.

        :raises UserError: when nobody wrote what was done
        """
        self.check_access("write")
        for company in self.company_id:
            company._bde_check_user_is("secretary")
        todo = self.filtered(lambda one: one.alert_state == "open")
        if any(not (visit.alert_outcome or "").strip() for visit in todo):
            raise UserError(self.env._("Write in a few words what was done."))
        # sudo: the state is the verbs'; the right was checked
        todo = todo.sudo()
        todo.write({"alert_state": "handled"})
        todo.activity_unlink([TO_DO])
        return True


def _company_and_level(visit):
    return visit.company_id, visit.alert
