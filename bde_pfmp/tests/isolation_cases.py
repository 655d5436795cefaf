"""Records of one school for the isolation table, made as simply as their models allow."""

import base64
from datetime import date
from io import BytesIO

from PIL import Image

from odoo.fields import Command


class SchoolRecords:
    """Makes and keeps one record per model for a school.

    Models of the suite are filled field by field from the registry, so that a new model is
    covered the day it is written; :meth:`_special` names the values that cannot be guessed.
    """

    def __init__(self, case, company, author):
        self.case, self.company, self.author = case, company, author
        self.env = case.env(context=dict(case.env.context, allowed_company_ids=company.ids))
        self.made = {}

    def __getitem__(self, model):
        if model not in self.made:
            self.made[model] = self._make(model)
        return self.made[model]

    def _make(self, model):
        case = getattr(self, "_make_" + model.replace(".", "_"), None)
        if case:
            return case()
        return self.env[model].create(self.values(model))

    def values(self, model):
        """Values to create a record with: the required fields that nothing else fills in."""
        Model = self.env[model]
        special = getattr(self, "_special_" + model.replace(".", "_"), None)
        vals = special() if special else self._special(model)
        given = Model.default_get(list(Model._fields))
        for name, field in Model._fields.items():
            needed = field.required and field.store and not field.compute and not field.related
            inherited = field.inherited or name in Model._inherits.values()
            if needed and not inherited and name not in vals and not given.get(name):
                vals[name] = self._value(field)
        if "company_id" in Model._fields and not Model._fields["company_id"].related:
            vals.setdefault("company_id", self.company.id)
        return vals

    def _value(self, field):
        if field.type == "many2one":
            return self[field.comodel_name].id
        if field.type == "many2one_reference":
            return self["bde.relation"].id
        if field.type == "selection":
            return field.get_values(self.env)[0]
        if field.type == "date":
            return self.case.year.date_start
        if field.type == "datetime":
            return f"{self.case.year.date_start} 10:00:00"
        if field.type in ("integer", "float", "monetary"):
            return 1
        if field.type == "json":
            return {"q": 1}  # an empty one is stored as nothing
        if field.type == "properties":
            return {}
        if field.type == "binary":
            return b"eA=="
        return f"{field.model_name} {self.company.name}"

    def _special(self, model):
        """Values that a field's type does not tell."""
        year = self.case.year
        if model == "bde.period.deadline":
            # a period comes with all of them
            period = self["bde.period"]
            period.deadline_ids.unlink()
            return {"period_id": period.id}
        if model == "bde.amendment":
            # only a convention in force is amended
            convention = self["bde.convention"]
            convention.document_id.state = "running"
            # before the savepoints of the cases, which would take it back
            convention.document_id.flush_recordset()
            return {"convention_id": convention.id}
        if model == "bde.attestation":
            # given once the stay is over
            convention = self["bde.convention"]
            convention.document_id.state = "ended"
            convention.document_id.flush_recordset()
            return {"convention_id": convention.id}
        if model == "bde.document.translation":
            article = self["bde.document.article"]
            return {"article_id": article.id, "title": "Title", "body": "<p>Text</p>"}
        if model == "bde.tutor.sheet":
            return {"training_id": self["bde.training"].id}
        if model in ("bde.absence", "bde.incident"):
            return self._of_a_stay(model)
        if model == "bde.evaluation":
            # an answered grid does not change: the one of the table is left alone
            grid = self.env["bde.grid"].create({"name": "Answered", "company_id": self.company.id})
            return {"grid_id": grid.id}
        if model == "bde.country.sheet":
            return {"country_id": self.env.ref("base.de").id}
        if model == "bde.delegation":
            staff = self["bde.membership"].user_id
            return {"user_id": staff.id}
        if model == "bde.handover":
            leaver = self["bde.membership"].user_id
            return {"from_user_id": leaver.id, "to_user_id": self._colleague().id}
        if model == "bde.period":
            return {
                "division_ids": [Command.set(self["bde.division"].ids)],
                "date_start": date(year.date_start.year, 11, 16),
                "date_end": date(year.date_start.year, 12, 4),
                "school_year_id": year.id,
            }
        return {
            # the year in which a school year ended
            "bde.alumnus": {"cohort": year.date_start.year},
            "bde.student": {"birth_date": date(year.date_start.year - 17, 8, 15)},
            # read by the head, and by whom he names
            "bde.harm.report": {"reader_ids": [Command.set(self.author.ids)]},
            "bde.relation": {"partner_id": self.case.employer.id},
            "bde.optout": {"partner_id": self.case.employer.id},
            "bde.site.block": {
                "partner_id": self.case.employer.id,
                "ground": "heard",
                "heard_on": year.date_start,
            },
            "bde.site.block.request": {
                "partner_id": self.case.employer.id,
                "date_from": year.date_start,
            },
            "bde.campaign.target": {"partner_id": self.case.employer.id},
            "bde.division": {"school_year_id": year.id},
            "bde.schooling": {"school_year_id": year.id},
            # of the session of the plans
            "bde.leaver.round": {"cohort": year.date_end.year},
            "bde.membership": {"user_id": self.author.id, "role": "intendance"},
        }.get(model, {})

    def _of_a_stay(self, model):
        """Something that happens on a day of a stay: with hours, and not to come."""
        placement, today = self["bde.placement"], self.company._bde_today()
        week = {day: [["08:00", "12:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
        if not placement.weekly_hours:  # a convention that is signed since locks them
            placement.write(
                {
                    "schedule": week,
                    "date_start": min(placement.date_start, today),
                    "date_end": max(placement.date_end, today),
                }
            )
        # before the savepoints of the cases, which would take it back
        placement.flush_recordset()
        if model == "bde.incident":
            return {"placement_id": placement.id}
        # several on one day, each a few minutes
        day = min(placement._slots_by_date())
        return {
            "placement_id": placement.id,
            "date_from": day,
            "part": "hours",
            "missed_hours": 0.1,
        }

    def _special_bde_mentor_request(self):
        """Somebody asks: a pupil, or an alumnus."""
        return {"from_alumnus_id": self["bde.alumnus"].id}

    # ------------------------------------------------------------
    # Taxe d'apprentissage
    # ------------------------------------------------------------

    def _special_bde_tax_campaign(self):
        """A school has one a year: each gets a year of the académie that has none yet."""
        academy, Year = self.case.academy, self.env["bde.tax.year"]
        years = Year.search([("company_id", "=", academy.id)]).mapped("year")
        year = Year.create({"company_id": academy.id, "year": max(years) + 1})
        return {"tax_year_id": year.id}

    def _make_bde_tax_year(self):
        return self["bde.tax.campaign"].tax_year_id

    def _make_bde_tax_window(self):
        return self["bde.tax.year"].window_ids.filtered("is_period")[:1]

    def _special_bde_tax_gift(self):
        """Gifts in kind are for a CFA alone."""
        component = self.env["bde.tax.component"].create(
            {"campaign_id": self["bde.tax.campaign"].id, "name": "CFA", "is_cfa": True}
        )
        return {"component_id": component.id}

    def _special_bde_tax_picture(self):
        output = BytesIO()
        Image.new("RGB", (8, 8)).save(output, "PNG")
        return {"image": base64.b64encode(output.getvalue())}

    def _colleague(self):
        return self.env["res.users"].create(
            {
                "name": f"Colleague at {self.company.name}",
                "login": f"colleague-{self.company.id}-{len(self.made)}",
                "company_id": self.company.id,
                "company_ids": [Command.set(self.company.ids)],
            }
        )

    # ------------------------------------------------------------
    # Core
    # ------------------------------------------------------------

    def _as_author(self, model):
        return self.case.as_user(self.author)[model]

    def _make_res_company(self):
        return self.company

    def _make_res_users(self):
        return self.author

    def _make_res_partner(self):
        return self.case.employer._bde_add_contact(
            self.company, {"name": f"Contact of {self.company.name}"}
        )

    def _make_bde_school_year(self):
        return self.case.year

    def _make_bde_relation(self):
        return self.env["bde.relation"]._bde_ensure(self.case.employer, self.company)

    def _make_bde_tax_report(self):
        # a view: one line a company asked
        target = self["bde.tax.target"]
        target.flush_recordset()
        return self.env["bde.tax.report"].browse(target.id)

    def _special_bde_portrait_picture(self):
        return {"portrait_id": self["bde.portrait"].id, **self._special_bde_tax_picture()}

    def _make_bde_alumni_report(self):
        # a view: one line a leaver asked
        line = self["bde.alumni.wave.line"]
        line.flush_recordset()
        return self.env["bde.alumni.report"].browse(line.id)

    def _make_bde_alumni_cohort(self):
        # a view: one line a school and year in which somebody left
        self["bde.alumnus"].write({"cohort": 2024, "has_left": True})
        self.env.flush_all()
        return self.env["bde.alumni.cohort"].search(
            [("company_id", "=", self.company.id), ("cohort", "=", 2024)]
        )

    def _make_bde_alumni_tutor(self):
        # a view: a contact who is an alumnus, and the tutor of a pupil
        link, placement = self["bde.alumni.contact"], self["bde.placement"]
        link.state = "confirmed"
        placement.write({"tutor_id": link.partner_id.id, "state": "signed"})
        self.env.flush_all()
        return self.env["bde.alumni.tutor"].search([("company_id", "=", self.company.id)], limit=1)

    def _make_res_partner_bank(self):
        return self.env["res.partner.bank"].create(
            {
                "acc_number": f"FR76 {self.company.id}",
                "partner_id": self["res.partner"].id,
                "company_id": self.company.id,
            }
        )

    def _make_calendar_event(self):
        return self._as_author("calendar.event").create(
            {
                "name": f"Visit of {self.company.name}",
                "start": "2026-11-20 10:00:00",
                "stop": "2026-11-20 11:00:00",
                "recurrency": True,
                "rrule_type": "weekly",
                "end_type": "count",
                "count": 2,
                "fri": True,
            }
        )

    def _make_calendar_attendee(self):
        return self["calendar.event"].attendee_ids[:1]

    def _make_calendar_recurrence(self):
        return self["calendar.event"].recurrence_id

    def _make_calendar_filters(self):
        return self._as_author("calendar.filters").create(
            {"partner_id": self.author.partner_id.id, "user_id": self.author.id}
        )

    def _make_crm_team(self):
        return self.env["crm.team"].create({"name": "Team", "company_id": self.company.id})

    def _make_discuss_channel(self):
        return self._as_author("discuss.channel")._create_channel(
            f"Room of {self.company.name}", group_id=self.env.ref("base.group_user").id
        )

    def _make_discuss_channel_member(self):
        return self["discuss.channel"].channel_member_ids[:1]

    def _make_discuss_call_history(self):
        channel = self._as_author("discuss.channel")._create_group(
            partners_to=self.author.partner_id.ids
        )
        return self.env["discuss.call.history"].create(
            {
                "channel_id": channel.id,
                "start_dt": "2026-11-20 10:00:00",
                "start_call_message_id": channel.message_post(body="call").id,
            }
        )

    def _make_mail_guest(self):
        guest = self.env["mail.guest"].create({"name": f"Guest of {self.company.name}"})
        self["discuss.channel"].sudo()._add_members(guests=guest)
        return guest

    def _make_ir_sequence(self):
        return self.env["ir.sequence"].create(
            {"name": "Numbers", "company_id": self.company.id, "use_date_range": True}
        )

    def _make_ir_sequence_date_range(self):
        return self["ir.sequence"]._create_date_range_seq(self.case.year.date_start)

    def _make_mail_activity_plan(self):
        return self.env["mail.activity.plan"].create(
            {"name": "Plan", "res_model": "bde.relation", "company_id": self.company.id}
        )

    def _make_mail_activity_plan_template(self):
        return self.env["mail.activity.plan.template"].create(
            {
                "plan_id": self["mail.activity.plan"].id,
                "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
                "responsible_type": "on_demand",
            }
        )

    def _make_mail_canned_response(self):
        return self._as_author("mail.canned.response").create(
            {
                "source": f"hi{self.company.id}",
                "substitution": "Hello",
                "group_ids": [Command.set(self.env.ref("base.group_user").ids)],
            }
        )

    def _make_mail_followers(self):
        relation = self["bde.relation"]
        relation.message_subscribe(self["res.partner"].ids)
        return relation.message_follower_ids.filtered(lambda f: f.partner_id == self["res.partner"])

    def _make_mail_message(self):
        return self["bde.relation"].message_post(body=f"Secret of {self.company.name}")

    def _make_mail_notification(self):
        return self.env["mail.notification"].create(
            {
                "mail_message_id": self["mail.message"].id,
                "res_partner_id": self.author.partner_id.id,
            }
        )

    def _make_mail_activity(self):
        return self["bde.relation"].activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.author.id, summary="Secret"
        )

    def _make_mail_scheduled_message(self):
        relation = self["bde.relation"]
        return self._as_author("mail.scheduled.message").create(
            {
                "model": "bde.relation",
                "res_id": relation.id,
                "body": "later",
                "scheduled_date": "2099-01-01 10:00:00",
                "author_id": self.author.partner_id.id,
            }
        )

    def _make_ir_attachment(self):
        return self.env["ir.attachment"].create(
            {
                "name": f"secret {self.company.name}.txt",
                "raw": b"secret",
                "res_model": "bde.relation",
                "res_id": self["bde.relation"].id,
            }
        )

    def _make_mail_template(self):
        return self._as_author("mail.template").create(
            {
                "name": f"Letter of {self.company.name}",
                "model_id": self.env["ir.model"]._get_id("bde.relation"),
            }
        )

    def _make_sms_template(self):
        template = self.env["sms.template"].create(
            {
                "name": f"SMS of {self.company.name}",
                "model_id": self.env["ir.model"]._get_id("bde.relation"),
                "body": "x",
            }
        )
        return self._by_author(template)

    def _make_snailmail_letter(self):
        return self.env["snailmail.letter"].create(
            {
                "company_id": self.company.id,
                "partner_id": self["res.partner"].id,
                "model": "res.partner",
                "res_id": self["res.partner"].id,
                "user_id": self.author.id,
            }
        )

    def _make_resource_calendar(self):
        return self.env["resource.calendar"].create(
            {"name": "Hours", "company_id": self.company.id}
        )

    def _make_resource_calendar_attendance(self):
        return self["resource.calendar"].attendance_ids[:1]

    def _make_resource_resource(self):
        return self.env["resource.resource"].create(
            {"name": "Workshop", "company_id": self.company.id,
             "calendar_id": self["resource.calendar"].id}
        )  # fmt: skip

    def _make_resource_calendar_leaves(self):
        return self.env["resource.calendar.leaves"].create(
            {
                "name": "Closed",
                "company_id": self.company.id,
                "resource_id": self["resource.resource"].id,
                "date_from": "2026-11-20 08:00:00",
                "date_to": "2026-11-20 18:00:00",
            }
        )

    def _make_ir_filters(self):
        return self._as_author("ir.filters").create(
            {
                "name": f"Favourite of {self.company.name}",
                "model_id": "bde.relation",
                "user_ids": [Command.set(self.author.ids)],
            }
        )

    def _make_ir_default(self):
        self._as_author("ir.default").set(
            "bde.relation", "insurance_company", "Secret", user_id=True
        )
        return self.env["ir.default"].search([("user_id", "=", self.author.id)], limit=1)

    def _make_ir_embedded_actions(self):
        action = self.env.ref("bde_partnerships.action_relation")
        return self.env["ir.embedded.actions"].create(
            {
                "name": "Mine",
                "parent_res_model": "bde.relation",
                "parent_action_id": action.id,
                "action_id": action.id,
                "user_id": self.author.id,
            }
        )

    def _make_ir_exports(self):
        exports = self.env["ir.exports"].create(
            {
                "name": f"List of {self.company.name}",
                "resource": "bde.relation",
                "export_fields": [Command.create({"name": "notes"})],
            }
        )
        return self._by_author(exports)

    def _make_ir_exports_line(self):
        return self["ir.exports"].export_fields

    def _make_base_import_mapping(self):
        return self._as_author("base_import.mapping").create(
            {"res_model": "bde.relation", "column_name": "secret", "field_name": "notes"}
        )

    def _by_author(self, records):
        """Core fills the author in from the user, who has no right to make this one."""
        self.env.flush_all()
        self.env.cr.execute(
            f"UPDATE {records._table} SET create_uid = %s WHERE id IN %s",  # noqa: S608
            [self.author.id, records._ids],
        )
        records.invalidate_recordset()
        return records
