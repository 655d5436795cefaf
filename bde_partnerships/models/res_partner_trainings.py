from odoo import api, models
from odoo.exceptions import AccessError


class ResPartner(models.Model):
    """Which trainings companies have welcomed, or say they would. No pupil, no school."""

    _inherit = "res.partner"

    def _bde_note_trainings(self, trainings, year=None):
        """Notes that these companies have welcomed trainings, or would.

        The caller checked that he may say so.

        :param trainings: ``bde.training``
        :param year: ``bde.school.year`` in which pupils were there; none: they only would
        """
        label = year.sudo().name if year else False
        self._bde_note_trainings_of(
            {(partner_id, training_id): label for partner_id in self.ids for training_id in
             trainings.ids}
        )  # fmt: skip

    @api.model
    def _bde_note_trainings_of(self, labels):
        """Same for many companies, each with its own trainings and years, in three queries.

        :param dict labels: by (id of the company, id of the training) the school year of the
            last pupils, as 2023-2024, or False when the company has only said that it would
        """
        # sudo: shared data, written by checked methods alone; the training's codes and name
        Line = self.env["bde.employer.training"].sudo()
        trainings = self.env["bde.training"].sudo().browse({key[1] for key in labels})
        shared = {training.id: training._bde_shared_code() for training in trainings}
        names = {shared[training.id]: training.name for training in trainings}
        # the classes of one diploma are several trainings of a school, and one line here
        wanted = {}
        for (partner_id, training_id), label in labels.items():
            key = partner_id, shared[training_id]
            wanted[key] = max(wanted.get(key) or "", label or "")
        known = {
            (line.partner_id.id, line.code): line
            for line in Line.search([("partner_id", "in", [key[0] for key in wanted])])
        }
        new, later = [], {}
        for (partner_id, code), label in wanted.items():
            line = known.get((partner_id, code))
            if line is None:
                new.append(
                    {
                        "partner_id": partner_id,
                        "code": code,
                        "name": names[code],
                        "last_year": label or False,
                    }
                )
            elif (line.last_year or "") < label:
                later.setdefault(label, []).append(line.id)
        for label, ids in later.items():
            Line.browse(ids).last_year = label
        Line.create(new)

    def _bde_say_welcomes(self, trainings, company):
        """A manager says by hand that these companies would welcome trainings of his school.

        :param trainings: ``bde.training`` of that school
        :raise AccessError: the user is no manager there, or it is another school's training
        """
        company = company.with_env(self.env)
        company._bde_check_user_is("manager")
        if trainings.with_env(self.env).company_id - company:
            raise AccessError(self.env._("Choose trainings of your own school."))
        self.filtered("bde_employer")._bde_note_trainings(trainings)
