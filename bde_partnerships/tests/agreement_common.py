from datetime import timedelta

from odoo.fields import Command

from .engine_common import EngineCase


class AgreementCase(EngineCase):
    """School A follows one company with a boss who signs; school B the same company.

    ``cls.agreement`` is ready to send: object, dates, one commitment of each side.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.school_a._bde_today()
        cls.as_manager = cls.as_user(cls.manager_a)
        cls.relation = cls.env["bde.relation"]._bde_ensure(cls.employer, cls.school_a)
        cls.relation_b = cls.env["bde.relation"]._bde_ensure(cls.employer, cls.school_b)
        cls.boss = cls.new_contact(cls.relation)
        cls.offer = cls.env["bde.offer"].search([("code", "=", "placements")])
        cls.agreement = cls.new_agreement()

    @classmethod
    def new_contact(cls, relation, name="Anne Duval", **vals):
        """A contact of the company who signs."""
        return cls.env["res.partner"].create(
            {
                "name": name,
                "bde_relation_id": relation.id,
                "bde_signatory": True,
                "function": "gérante",
                "email": "anne@duval.example",
                **vals,
            }
        )

    @classmethod
    def day(cls, days):
        """The date so many days from today at the school."""
        return cls.today + timedelta(days=days)

    @classmethod
    def new_agreement(cls, user=None, **vals):
        """An agreement ready to send, made by the manager of school A."""
        env = cls.as_user(user or cls.manager_a)
        return env["bde.partnership"].create(
            {
                "relation_id": cls.relation.id,
                "object": "Accueillir des élèves et faire connaître les métiers du bois.",
                "axis_ids": [Command.set(cls.offer.ids)],
                "date_start": cls.today,
                "date_end": cls.day(364),
                "commitment_ids": [
                    Command.create(
                        {
                            "side": "company",
                            "name": "Accueillir des élèves en PFMP",
                            "quantity": 4,
                            "deadline": cls.day(200),
                        }
                    ),
                    Command.create({"side": "school", "name": "Nommer un interlocuteur unique"}),
                ],
                **vals,
            }
        )

    @classmethod
    def sign(cls, agreements):
        """Everybody signs, in the order of the turns."""
        agreements.action_send()
        for _turn in range(3):
            signatures = agreements.sudo().signature_ids
            signatures.filtered(lambda s: s.state == "to_sign")._sign("typed", "X")
        agreements.invalidate_recordset()

    def follow_dates(self):
        self.env["bde.partnership"]._cron_follow_dates()
        self.env.invalidate_all()
