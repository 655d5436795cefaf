from odoo import SUPERUSER_ID, models
from odoo.tools import email_normalize

TO_DO = "mail.mail_activity_data_todo"


class BdePlacement(models.Model):
    """Who at the school hears at once of what happens on a stay."""

    _inherit = "bde.placement"

    def _staff_readers(self, referent=True, head=False):
        """Whom a mail about this stay goes to: {address: (name, language)}, each once.

        The referent, the manager of the bureau, its shared address, the head when asked.
        """
        company = self.company_id
        users = company._bde_bureau_user()[company]
        if head:
            users |= company._bde_acting_heads()
        people = [(user.email, user.name, user.lang) for user in users]
        teacher = self.referent_id
        account = teacher.user_id
        # who has left the school and was not replaced yet is not told of its pupils
        gone = account and company.id not in account._bde_company_ids("staff")
        if referent and teacher and not gone:
            people.insert(
                0, (teacher.user_id.email or teacher.email, teacher.name, teacher.user_id.lang)
            )
        people.append((company.bde_email, company.name, company.partner_id.lang))
        readers = {}
        for email, name, lang in people:
            if email:
                readers.setdefault(email_normalize(email) or email, (name, lang or "fr_FR"))
        return readers

    def _mail_staff(self, readers, subject, template, values):
        """One letter for each of these people at the school, in his language.

        :param readers: as :meth:`_staff_readers` gives them
        :param subject: called with the environment of the reader; names no pupil, for subjects
            stand in records that staff list
        :param str template: XML id of the body
        :param values: of the body; texts are called with the environment of the reader
        """
        Delivery = self.env["bde.delivery"]
        messages = [
            self._staff_message(email, who, subject, template, values)
            for email, who in readers.items()
        ]
        Delivery._queue(messages)
        if messages:
            Delivery._trigger_queue()

    def _staff_message(self, email, who, subject, template, values):
        """A letter of :meth:`_mail_staff`, to be queued.

        :param tuple who: name and language of the reader
        """
        (name, lang), company = who, self.company_id
        env = self.with_context(lang=lang).env
        told = {key: value(env) if callable(value) else value for key, value in values.items()}
        return {
            "company": company,
            "email_to": self.env["bde.delivery"]._to(name, email),
            "subject": subject(env),
            "body_html": env["ir.qweb"]._render(
                template,
                {"company": company, "lang": lang, "name": name, **told},
                minimal_qcontext=True,
            ),
        }

    def _schedule_staff(self, record, users, summary):
        """A task of today on a record for each of these users; its mail is ours or none."""
        for user in users:
            env = self.with_context(lang=user.lang or self.env.lang).env
            # by nobody: staff do not read the public user, who stands for people with a link
            record = record.with_user(SUPERUSER_ID)
            record.with_context(mail_activity_quick_update=True).activity_schedule(
                TO_DO, self.company_id._bde_today(), summary=summary(env), user_id=user.id
            )

    def _tell_not_arrived(self, absence):
        """Referent and bureau hear the same minute that a pupil did not arrive."""
        users = self.company_id._bde_bureau_user()[self.company_id] | self.referent_id.user_id
        if absence:
            self._schedule_staff(
                absence,
                users,
                lambda env: env._("Did not arrive on the first day: call the company, the family"),
            )
        self._mail_arrival(
            lambda env: env._("Did not arrive – %(school)s", school=self.company_id.name),
            arrived=False,
        )

    def _tell_arrived(self):
        """The same people hear that he came after all."""
        self._mail_arrival(
            lambda env: env._("Arrived after all – %(school)s", school=self.company_id.name),
            arrived=True,
        )

    def _mail_arrival(self, subject, arrived):
        base = self.env["bde.link"]._base_url()
        self._mail_staff(
            self._staff_readers(),
            subject,
            "bde_pfmp.mail_arrival",
            {
                "arrived": arrived,
                "sentence": lambda env: self.with_env(env)._arrival_sentence(arrived),
                "tutor": self.tutor_id or self.signatory_id,
                "url": f"{base}/odoo/bde-arrivals/{self.id}",
            },
        )

    def _arrival_sentence(self, arrived):
        """Who, where, who says so."""
        values = {
            "pupil": self.student_name,
            "division": self.division_id.name or "",
            "host": self.host_id.name,
            "by": self.arrival_by,
        }
        if arrived:
            return self.env._(
                "%(pupil)s (%(division)s) has arrived after all at %(host)s, says %(by)s. "
                "Nothing more to do.",
                **values,
            )
        return self.env._(
            "%(pupil)s (%(division)s) did not arrive at %(host)s, says %(by)s.", **values
        )

    def _tell_contested(self, absence):
        """The bureau has a task: two sides say different things."""
        users = self.company_id._bde_bureau_user()[self.company_id]
        self._schedule_staff(
            absence, users, lambda env: env._("Contested absence: ask both, then decide")
        )
