from odoo import SUPERUSER_ID, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from .bde_presence_alert import TO_DO


class BdeIncident(models.Model):
    """Who hears of an incident, and what is done about it."""

    _inherit = "bde.incident"

    # ------------------------------------------------------------
    # Telling
    # ------------------------------------------------------------

    def _tell(self):
        """Referent, bureau and head hear of it the same minute; the bureau has a task."""
        self.ensure_one()
        # tasks of others, letters to the school; as the superuser, for staff do not read the
        # public user, who stands for people with a link
        incident = self.with_user(SUPERUSER_ID)
        company, placement = incident.company_id, incident.placement_id
        deadline = company._bde_today()
        if incident.declare_until:
            deadline = company._bde_date_of(incident.declare_until)
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for user in company._bde_bureau_user()[company] | placement.referent_id.user_id:
            env = self.with_context(lang=user.lang or self.env.lang).env
            labels = dict(self._fields["kind"]._description_selection(env))
            incident.with_context(mail_activity_quick_update=True).activity_schedule(
                TO_DO,
                deadline,
                summary=env._("%(kind)s: see what is left to do", kind=labels[incident.kind]),
                user_id=user.id,
            )
        incident._mail(
            lambda env: env._("Incident on a placement – %(school)s", school=company.name),
            "told",
        )

    def _mail(self, subject, event):
        """Writes to referent, bureau and head; what happened stays in Odoo."""
        placement = self.placement_id
        placement._mail_staff(
            placement._staff_readers(head=True),
            subject,
            "bde_pfmp.mail_incident",
            {
                "event": event,
                "sentence": lambda env: self.with_env(env)._told_sentence(),
                "delay": lambda env: self.with_env(env)._delay_sentence(),
                "url": f"{self.env['bde.link']._base_url()}/odoo/bde-incidents/{self.id}",
            },
        )

    def _told_sentence(self):
        """What kind of incident, of whom, where, who says so."""
        labels = dict(self._fields["kind"]._description_selection(self.env))
        return self.env._(
            "%(kind)s: %(pupil)s (%(division)s), at %(host)s. Said by %(by)s.",
            kind=labels[self.kind],
            pupil=self.student_name,
            division=self.division_id.name or "",
            host=self.placement_id.host_id.name,
            by=self.declared_by or self.create_uid.name,
        )

    def _delay_sentence(self):
        """Until when an accident is declared, and by whom; empty for anything else."""
        if not self.declare_until:
            return ""
        zone = self.company_id.bde_tz or "Europe/Paris"
        until = format_datetime(
            self.env, self.declare_until, tz=zone, dt_format="EEEE d MMMM y, HH:mm"
        )
        if self.declares == "school":
            return self.env._("The school declares it to the CPAM until %(until)s.", until=until)
        return self.env._(
            "The company declares it to the CPAM until %(until)s, and sends the head a copy.",
            until=until,
        )

    # ------------------------------------------------------------
    # Verbs
    # ------------------------------------------------------------

    def _take_copy(self, data, name, by):
        """The copy of the declaration arrived: it is declared, the head reads it.

        :param bytes data: PDF or picture, checked by the caller, in base64
        """
        # sudo: a state that no form writes; the link or the right was checked
        incident = self.sudo()
        incident.write(
            {
                "copy_file": data,
                "copy_name": name,
                "state": "declared" if incident.state == "open" else incident.state,
                "declared_on": incident.declared_on or fields.Datetime.now(),
            }
        )
        incident._mail(
            lambda env: env._(
                "Copy of a declaration – %(school)s", school=incident.company_id.name
            ),
            "copy",
        )

    def action_declared(self):
        """The accident was declared to the CPAM."""
        self.check_access("write")
        todo = self.filtered(lambda one: one.kind == "accident" and one.state == "open")
        # sudo: a state that no form writes, by who may write the incident
        todo.sudo().write({"state": "declared", "declared_on": fields.Datetime.now()})

    def action_close(self):
        """Nothing more is to do.

        :raises UserError: when steps are left and nobody wrote what was done instead
        """
        self.check_access("write")
        todo = self.filtered(lambda one: one.state != "closed")
        for incident in todo:
            if not (incident.outcome or "").strip():
                raise UserError(
                    self.env._(
                        "Write in a few words what was done. Left to do: %(steps)s.",
                        steps=incident.todo or "–",
                    )
                )
        # sudo: as above
        todo.sudo().write(
            {
                "state": "closed",
                "closed_on": fields.Datetime.now(),
                "closed_by_id": self.env.uid,
            }
        )
        todo.sudo().activity_unlink([TO_DO])

    def action_reopen(self):
        """Something is still to do."""
        self.check_access("write")
        for incident in self.filtered(lambda one: one.state == "closed"):
            # sudo: as above
            incident.sudo().write(
                {
                    "state": "declared" if incident.declared_on else "open",
                    "closed_on": False,
                    "closed_by_id": False,
                }
            )

    def action_note_absence(self):
        """Notes the absence that follows, from that day on."""
        self.ensure_one()
        self.check_access("write")
        if not self.absence_id:
            day = self.company_id._bde_date_of(self.date)
            planned = sorted(self.placement_id._slots_by_date())
            following = [one for one in planned if one >= day]
            if not following:
                raise UserError(self.env._("The stay is over: no day is left to be missed."))
            # sudo: a link that no form writes; the absence is made with the user's rights
            self.sudo().absence_id = self.env["bde.absence"].create(
                {
                    "placement_id": self.placement_id.id,
                    "date_from": following[0],
                    "reason": "accident" if self.kind == "accident" else "other",
                    "excused": True,
                }
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Absence"),
            "res_model": "bde.absence",
            "res_id": self.absence_id.id,
            "view_mode": "form",
        }

    def action_amend(self):
        """An amendment: other dates, days off, another tutor."""
        self.ensure_one()
        action = self.placement_id.convention_id.action_amend()
        if action.get("res_id"):
            # sudo: a link that no form writes
            self.sudo().amendment_id = action["res_id"]
        return action

    def action_print(self):
        """One page a incident for the host: what to do, and what the form asks for."""
        return {
            "type": "ir.actions.act_url",
            "url": f"/bde/incidents?ids={','.join(map(str, self.ids))}",
            "target": "new",
        }
