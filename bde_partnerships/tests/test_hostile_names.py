import base64
import io
import zipfile
from unittest.mock import patch

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger

from ..rules import tables
from .pipeline_common import PipelineCase

NAME = "Zoé Quelquun"


@tagged("post_install", "-at_install")
class TestHostileNames(PipelineCase):
    """A manager of school B who sends ids of school A to learn what they are called."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.theirs = cls.employer._bde_add_contact(
            cls.school_a, {"name": NAME, "email": "zoe@duval.example"}
        )
        cls.their_lead = cls._lead(name=NAME)
        cls.b = cls.as_user(cls.manager_b)

    def assertSilent(self, function, *args):
        """Refused, in words that do not tell the name."""
        with self.assertRaises(UserError) as caught:
            function(*args)
        self.assertNotIn(NAME, str(caught.exception))

    def test_dialogs_name_nobody_elses_records(self):
        """What a dialog points to is read in sudo: every way to point to it is closed."""
        pointing = [
            ("bde.employer.edit", "partner_id", self.theirs.id),
            ("bde.employer.register", "chosen_id", self.theirs.id),
            ("bde.employer.site", "partner_id", self.theirs.id),
            ("bde.merge.propose", "first_id", self.theirs.id),
            ("bde.optout.wizard", "partner_id", self.theirs.id),
            ("bde.talk.wizard", "lead_id", self.their_lead.id),
            ("bde.talk.wizard", "contact_id", self.theirs.id),
            ("mail.compose.message", "author_id", self.theirs.id),
            ("calendar.filters", "partner_id", self.theirs.id),
        ]
        for model, field, target in pointing:
            Model = self.b[model]
            values = {"relation_id": self.relation_b.id} if model == "bde.talk.wizard" else {}
            with self.subTest(model=model, field=field):
                self.assertSilent(Model.create, values | {field: target})
                by_default = Model.with_context(**{f"default_{field}": target})
                self.assertSilent(by_default.create, values | {"create_uid": self.manager_b.id})

    def test_dialogs_are_not_turned_to_others_later(self):
        wizard = self.b["bde.optout.wizard"].create({"partner_id": self.employer.id})
        self.assertSilent(wizard.write, {"contact_id": self.theirs.id})
        self.assertSilent(wizard.write, {"partner_id": self.theirs.id})
        wizard.write({"partner_id": self.other_employer.id})
        lines = [(0, 0, {"relation_id": self.relation_b.id, "contact_id": self.theirs.id})]
        values = {"company_id": self.school_b.id, "subject": "x", "line_ids": lines}
        self.assertSilent(self.b["bde.solicitation.wizard"].create, values)

    def test_ids_of_another_type_are_ids(self):
        """PostgreSQL takes "23" for 23: the name would be there at the next request."""
        for target in (str(self.theirs.id), float(self.theirs.id), f" {self.theirs.id} "):
            with self.subTest(target=target):
                self.assertSilent(self.b["bde.optout.wizard"].create, {"partner_id": target})
                self.assertSilent(self.b["bde.relation"].create, {"partner_id": target})
                self.assertSilent(
                    self.b["bde.employer.mark"].create, {"partner_ids": [(6, 0, [target])]}
                )

    def test_correspondent_learns_no_contact(self):
        env = self.as_user(self.correspondent)
        for model, field in (
            ("bde.merge.propose", "first_id"),
            ("bde.optout.wizard", "partner_id"),
        ):
            with self.subTest(model=model):
                self.assertSilent(env[model].create, {field: self.theirs.id})

    def test_records_of_a_school_name_nobody_elses(self):
        self.assertSilent(self.b["bde.relation"].create, {"partner_id": self.theirs.id})
        talk = {"relation_id": self.relation_b.id}
        self.assertSilent(self.b["bde.talk"].create, talk | {"contact_id": self.theirs.id})
        self.assertSilent(self.b["bde.talk"].create, talk | {"lead_id": self.their_lead.id})

    def test_contact_is_not_put_below_one_of_another_school(self):
        own = self.employer._bde_add_contact(self.school_b, {"name": "Bruno"}).with_env(self.b)
        self.assertSilent(own.write, {"parent_id": self.theirs.id})
        self.assertSilent(
            self.b["res.partner"].create, {"name": "Luc", "parent_id": self.theirs.id}
        )
        own.write({"parent_id": self.other_employer.id})
        self.assertEqual(own.parent_id, self.other_employer)

    def test_what_all_schools_read_names_no_person(self):
        """The school that called is told to all, not who of it did."""
        employer = self.employer.with_env(self.as_user(self.manager_a))
        employer._bde_note_approach(self.school_a, "placements", "call")
        self.env["bde.optout"].with_user(self.manager_a)._record(
            self.school_a, partner=self.employer, everywhere=True
        )
        for model in ("bde.approach", "bde.optout"):
            found = self.b[model].search([("partner_id", "=", self.employer.id)])
            with self.subTest(model=model):
                self.assertEqual(len(found), 1)
                [values] = found.read()
                self.assertNotIn(self.manager_a.name, str(values))
                with self.assertRaises(AccessError):
                    found.read(["create_uid"])
                with self.assertRaises(AccessError):
                    self.b[model].search([("create_uid", "=", self.manager_a.id)])

    def test_copy_of_a_file_does_not_name_it(self):
        file = self.as_user(self.manager_a)["ir.attachment"].create(
            {"name": NAME, "raw": b"x", "res_model": "crm.lead", "res_id": self.their_lead.id}
        )
        self.assertSilent(self.b["ir.attachment"].create, {"name": "x", "original_id": file.id})
        own = self.b["ir.attachment"].create({"name": "y", "raw": b"y"})
        self.assertSilent(own.write, {"original_id": file.id})
        copy = self.b["ir.attachment"].create({"name": "z", "original_id": own.id})
        self.assertEqual(copy.original_id, own)

    def test_no_person_is_proposed_for_a_merge(self):
        """People who work at schools, and schools, have entries: the académie would merge them."""
        for partner in (self.manager_b.partner_id, self.school_b.partner_id):
            wizard = self.b["bde.merge.propose"].create(
                {"first_id": self.employer.id, "second_id": partner.id, "reason": "x"}
            )
            with self.subTest(partner=partner.name), self.assertRaises(AccessError):
                wizard.action_propose()

    def test_numbers_of_all_schools_are_the_academys(self):
        """Whoever proposes a merge would count the leads and agreements of every company."""
        wizard = self.b["bde.merge.propose"].create(
            {"first_id": self.employer.id, "second_id": self.other_employer.id, "reason": "x"}
        )
        wizard.action_propose()
        merge = self.b["bde.merge"].search([], limit=1)
        self.assertFalse(merge.figures)
        academy = self.as_user(self.correspondent)["bde.merge"].browse(merge.id)
        self.assertIn("<td", academy.figures)

    def test_nobody_is_told_things_on_the_shared_company(self):
        employer = self.employer.with_env(self.b)
        with self.assertRaises(UserError):
            employer.message_notify(body="x", partner_ids=self.manager_b.partner_id.ids)

    def test_call_of_a_day_to_come_keeps_nobody_away(self):
        talk = {"relation_id": self.relation_b.id, "purpose": "placements"}
        self.b["bde.talk"].create(talk | {"date": "2099-01-01 10:00:00"})
        self.assertEqual(self.employer.bde_approach_ids.date, self.school_b._bde_today())

    def test_model_of_a_letter_is_not_sent_past_a_no(self):
        """Core's own sending goes straight into the queue, without the address to say no."""
        template = self.b["mail.template"].create(
            {
                "name": "x",
                "model_id": self.env["ir.model"]._get_id("bde.relation"),
                "subject": "x",
                "email_to": "contact@duval.example",
            }
        )
        for send in (
            lambda: template.send_mail(self.relation_b.id),
            lambda: template.send_mail_batch(self.relation_b.ids),
        ):
            with self.assertRaises(UserError):
                send()


@tagged("post_install", "-at_install")
class TestHostileList(PipelineCase):
    """Lists of companies, and the job that writes them, in the hands of somebody hostile."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.theirs = cls.employer._bde_add_contact(cls.school_a, {"name": NAME})
        cls.b = cls.as_user(cls.manager_b)

    def _list(self, env, text="Nom;Ville\nScierie du Lac;Sanguinet\n"):
        record = env["bde.book.import"].create(
            {"file": base64.b64encode(text.encode()), "filename": "liste.csv"}
        )
        record.action_read()
        record.action_preview()
        return record

    def test_row_is_no_contact_of_another_school(self):
        line = self._list(self.b).line_ids
        for partner in (self.theirs, self.manager_b.partner_id):
            with self.subTest(partner=partner.id), self.assertRaises(AccessError) as caught:
                line.write({"partner_id": partner.id, "decision": "join"})
            self.assertNotIn(NAME, str(caught.exception))

    def test_list_is_begun_in_ones_own_name(self):
        """The job goes on with the rights of who is named there."""
        Import = self.b["bde.book.import"]
        with self.assertRaises(AccessError):
            Import.create({"state": "running", "applied_by_id": self.head_b.id})

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_what_a_list_found_is_not_written_by_a_client(self):
        """States, reports and verdicts follow from the file: verbs alone write them."""
        record = self._list(self.b)
        other = self._list(self.b)
        line, column = record.line_ids, record.column_ids[0]
        relation = self.env["bde.relation"]._bde_ensure(self.employer, self.school_b)
        for target, values in (
            (record, {"state": "done", "report": {"made": 900}, "seen_partner_id": 10**6,
                      "row_count": 9, "header_line": 5, "applied_on": "2026-01-01 08:00:00",
                      "applied_by_id": self.manager_b.id, "files_deleted_on": "2026-01-01"}),
            (line, {"status": "known", "result": "made", "name": "X", "siret": "1", "todo": True,
                    "line": 7, "same_as": 1, "relation_id": relation.id, "score": 100,
                    "import_id": other.id}),
            (column, {"title_key": "nom", "title": "X", "sequence": 8, "remembered": True,
                      "sample_1": "X", "import_id": other.id}),
        ):  # fmt: skip
            for name, value in values.items():
                with (
                    self.subTest(model=target._name, field=name),
                    self.assertRaises(AccessError),
                ):
                    target.write({name: value})
        Import = self.b["bde.book.import"]
        with self.assertRaises(AccessError):
            Import.create({"state": "running"})
        made = Import.with_context(default_state="running", default_report={"made": 900}).create({})
        self.assertEqual((made.state, made.report), ("draft", False))
        # what people do say goes on
        column.field = False
        line.write({"decision": "leave"})
        self.assertEqual(line.decision, "leave")
        record.write({"kind": "companies"})

    def test_list_that_cannot_go_on_stops_no_other(self):
        """Who began a list lost his role: it is paused, the next school's is written."""
        stuck, other = self._list(self.b), self._list(self.as_user(self.manager_a))
        for number, (record, user) in enumerate(((stuck, self.teacher_b), (other, self.manager_a))):
            record.sudo().write(
                {
                    "state": "running",
                    "applied_by_id": user.id,
                    "applied_on": f"2026-01-0{number + 1} 08:00:00",
                }
            )
        Cron = self.env["ir.cron"]
        with (
            patch.object(type(Cron), "_commit_progress", lambda *_args, **_kwargs: True),
            self.assertLogs("odoo.addons.bde_partnerships.models.bde_table_apply", "WARNING"),
        ):
            self.env["bde.book.import"]._cron_apply()
        self.assertEqual(stuck.sudo().state, "preview")
        self.assertEqual(other.sudo().state, "done")


class TestHostileWorkbook(BaseCase):
    """Workbooks made to keep the server busy."""

    def _workbook(self, replace):
        """A small workbook whose parts are changed: ``{end of name: function of its bytes}``."""
        book = openpyxl.Workbook()
        book.active.append(["Nom", "Ville"])
        book.active.append(["Scierie", "Pau"])
        source, result = io.BytesIO(), io.BytesIO()
        book.save(source)
        with (
            zipfile.ZipFile(source) as old,
            zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new,
        ):
            for name in old.namelist():
                change = replace.get(name.rsplit("/", 1)[-1], bytes)
                new.writestr(name, change(old.read(name)))
        return result.getvalue()

    def _code(self, data):
        with self.assertRaises(tables.TableRefused) as caught:
            tables.read("liste.xlsx", data)
        return caught.exception.code

    def test_plain_one_is_read(self):
        [table] = tables.read("liste.xlsx", self._workbook({}))
        self.assertEqual(table.rows[1], (2, ["Scierie", "Pau"]))

    def test_rows_far_below_are_not_walked_to(self):
        data = self._workbook(
            {"sheet1.xml": lambda xml: xml.replace(b'<row r="2"', b'<row r="900000000000"')}
        )
        self.assertEqual(self._code(data), "too_many_rows")

    def test_small_file_does_not_become_a_large_one(self):
        blank = b" " * (5 * 2**20)
        data = self._workbook({"sheet1.xml": lambda xml: xml + blank})
        self.assertLess(len(data), 2**16)
        self.assertEqual(self._code(data), "workbook_broken")
