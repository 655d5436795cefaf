from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from odoo.addons.bde_partnerships.models.bde_document_page import stylesheet
from odoo.addons.bde_partnerships.rules.texts import text_lines

from ..rules import schedule as hours
from .bde_placement_stay import STAY_STATES
from .bde_stay import Ask

STYLE = "bde_pfmp/static/src/css/tutor_page.css"
# after these days a page that says whom to call serves nobody
WRITTEN_STATES = ("signed", "running")


class BdePlacement(models.Model):
    """The tutor's page: one page a placement, on the web and on paper.

    What the pupil can do, what to let him do, when he is there, whom to call, what to do in an
    accident. Made from what was signed and amended, in the language of its reader.
    """

    _inherit = "bde.placement"

    def _tutor_pages(self):
        """What stands on the page of each placement: {placement: dict}; constant queries."""
        # sudo: the sheet of the training, the pupil and the referent, for the tutor of the stay
        stays = self.sudo()
        sheets = self.env["bde.tutor.sheet"]._of_trainings(stays.training_id)
        none = self.env["bde.tutor.sheet"].sudo().browse()
        return {
            stay.with_env(self.env): stay._tutor_page(sheets.get(stay.training_id, none))
            for stay in stays
        }

    def _tutor_page(self, sheet):
        """The page of one placement.

        :param sheet: what somebody wrote for its training, in sudo, or none
        """
        school = self.company_id
        return {
            "pupil": self.student_id.name,
            "minor": not self.student_id._is_adult_on(self.date_start),
            "division": self.division_id.name,
            "training": self.training_id.name,
            "host": self.host_id.name,
            "tutor": self.tutor_id.name,
            "date_start": self.date_start,
            "date_end": self.date_end,
            "days": self.presence_days,
            "hours": self._tutor_hours(),
            "place": text_lines(self.site_address),
            "can_do": text_lines(sheet.can_do) or self._tutor_activities("competence"),
            "let_do": self._tutor_tasks(sheet),
            "never": text_lines(sheet.never),
            "works": text_lines(self.safety_works),
            "referent": {name: self.referent_id[name] for name in ("name", "phone", "email")},
            "school": {
                "name": school.name,
                "phone": school.phone,
                "email": school.bde_email or school.email,
                "hours": school.opening_hours,
            },
        }

    def _tutor_hours(self):
        """(days, hours) of the week as it is today: days alike that follow each other are one."""
        names = dict(self.env["bde.hosting"]._day_names())
        groups = []
        for day in hours.DAYS:
            text = hours.format_day((self.schedule or {}).get(day))
            if groups and groups[-1][2] == text:
                groups[-1][1] = names[day]
            else:
                groups.append([names[day], names[day], text])
        return [
            (first if first == last else f"{first} – {last.lower()}", text)
            for first, last, text in groups
            if text
        ]

    def _tutor_tasks(self, sheet):
        """Tasks that the convention names, then those of the sheet, else those of the training."""
        signed = [
            self._activity_name(one) for one in self.activity_ids if one.kind == "task"
        ] + text_lines(self.tasks)
        written = text_lines(sheet.let_do)
        return list(dict.fromkeys(signed + written)) or self._tutor_activities("task")

    def _tutor_activities(self, kind):
        return [
            self._activity_name(one) for one in self.training_id.activity_ids if one.kind == kind
        ]

    @api.model
    def _activity_name(self, activity):
        return " ".join(filter(None, (activity.code, activity.name)))

    # ------------------------------------------------------------
    # On the page of the stay
    # ------------------------------------------------------------

    def _stay_sections(self, roles):
        sections = super()._stay_sections(roles)
        if roles & {"host", "tutor"}:
            sections.append(
                {
                    "key": "tutor",
                    "sequence": 10,
                    "title": self.env._("To know and to do"),
                    "state": "info",
                    "template": "bde_pfmp.stay_tutor",
                    "page": self._tutor_pages()[self],
                }
            )
        return sections

    def _start_line(self, env):
        """What the first letter says of this stay, in the language of its reader."""
        return env._(
            "From %(start)s to %(end)s. What he can do, his hours, whom to call: all is on your"
            " page.",
            start=format_date(env, self.date_start),
            end=format_date(env, self.date_end),
        )

    def _stay_pdf_tutor(self, roles):
        """The page on paper, for the wall of the workshop."""
        return self._tutor_pdf()

    # ------------------------------------------------------------
    # On paper
    # ------------------------------------------------------------

    def action_print_tutor_pages(self):
        """The tutors' pages of these placements as one PDF."""
        self._followed()
        return {
            "type": "ir.actions.act_url",
            "url": f"/bde/tutor-pages?ids={','.join(map(str, self.ids))}",
            "target": "new",
        }

    def _followed(self):
        """Those whose convention is signed; stops when there is none."""
        signed = self.filtered(lambda one: one.state in STAY_STATES)
        if not signed:
            raise UserError(
                self.env._("The tutor's page is made once the convention is signed by all.")
            )
        return signed

    def _tutor_pdf(self):
        """PDF with a page for each of these placements whose convention is signed.

        :rtype: bytes
        """
        self.check_access("read")
        values = {
            "pages": list(self._followed()._tutor_pages().values()),
            "lang": (self.env.lang or "fr").partition("_")[0],
            "css": stylesheet(STYLE),
        }
        html = self.env["bde.document.mixin"]._render_page("bde_pfmp.tutor_document", values)
        return self.env["bde.document.version"]._render_html(html)


class BdeStay(models.AbstractModel):
    _inherit = "bde.stay"

    @api.model
    def _asks(self, company, today):
        """The tutor's page goes out once to each tutor, with the signed convention.

        A tutor who can be reached neither by mail nor by phone has it from his company.
        """
        placements = self.env["bde.placement"].search(
            [
                ("company_id", "=", company.id),
                ("state", "in", WRITTEN_STATES),
                ("date_end", ">=", today),
            ]
        )
        return super()._asks(company, today) + [
            Ask(
                placement,
                "tutor" if placement.tutor_id.email or placement.tutor_id.phone else "host",
                "start",
                placement._start_line,
            )
            for placement in placements
        ]
