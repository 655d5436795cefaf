"""What people try with the taxe d'apprentissage who should not: a hostile review of issue 6."""

import base64
from datetime import date
from io import BytesIO

from freezegun import freeze_time
from PIL import Image

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..models import bde_tax_letters_pdf
from ..models.bde_table_report import _as_csv
from .tax_answer_common import PARIS_NOON, TaxAnswerCase
from .tax_money_common import TaxMoneyCase, row


def photo(colour="red"):
    stream = BytesIO()
    Image.new("RGB", (8, 8), colour).save(stream, "JPEG")
    return base64.b64encode(stream.getvalue())


@tagged("post_install", "-at_install")
class TestHostileTax(TaxAnswerCase):
    """Staff who call the server themselves, of the school and of another one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mine = cls.as_user(cls.secretary_a)

    def refused(self, records, values):
        """Each of these values is refused, alone."""
        for name, value in values.items():
            with self.subTest(model=records._name, field=name), self.assertRaises(AccessError):
                records.write({name: value})

    # ------------------------------------------------------------
    # What verbs alone write
    # ------------------------------------------------------------

    def test_facts_of_a_company_are_not_typed(self):
        for user in (self.secretary_a, self.manager_a, self.head_a):
            self.refused(
                self.target.with_env(self.as_user(user)),
                {
                    "received_amount": 5000,
                    "promised_amount": 5000,
                    "last_year_amount": 5000,
                    "giving_years": 9,
                    "pledge_count": 1,
                    "reached_on": "2025-06-01",
                    "bounced_on": "2025-06-01",
                    "answered_on": "2025-06-01",
                    "answer": "chosen",
                    "refused_on": "2025-06-01",
                    "message_sent_count": 0,
                    "stage": "received",
                    "state": "left_out",
                    "left_out_text": "x",
                    "potential": 9,
                    "thanked_on": "2025-06-01",
                    "thanked_amount": 9,
                    "thanks_state": "thanked",
                    "partner_id": self.petit.partner_id.id,
                    "year": 2024,
                },
            )
        self.assertEqual((self.target.stage, self.target.received_amount), ("targeted", 0))

    def test_facts_do_not_come_with_a_new_company_either(self):
        employer = self.env["res.partner"].create(
            {"name": "Nouvelle", "is_company": True, "bde_employer": True}
        )
        relation = self.env["bde.relation"]._bde_ensure(employer, self.school_a)
        values = {"campaign_id": self.campaign.id, "relation_id": relation.id}
        Target = self.mine["bde.tax.target"]
        with self.assertRaises(AccessError):
            Target.create(values | {"received_amount": 5000})
        by_default = Target.with_context(default_received_amount=5000, default_answer="chosen")
        target = by_default.create(values | {"from_hand": True})
        self.assertEqual((target.received_amount, target.answer), (0, False))

    def test_a_company_asked_does_not_turn_into_another_one(self):
        other = self.tax_campaign(self.school_a, self.training_a, self.manager_a, year=2024)
        target = self.target.with_env(self.mine)
        self.refused(target, {"campaign_id": other.id, "relation_id": self.petit.relation_id.id})
        # what it holds already is no change
        target.write({"relation_id": self.relation.id, "payroll": 100000})

    def test_verbs_write_what_nobody_types(self):
        target = self.target.with_env(self.mine)
        target.action_leave_out()
        self.assertEqual((target.state, target.left_out_reason), ("left_out", "hand"))
        target.action_keep()
        self.assertEqual((target.state, target.kept_by_hand), ("kept", True))

    def test_state_and_statements_of_a_campaign_are_not_typed(self):
        for user in (self.secretary_a, self.manager_a):
            campaign = self.campaign.with_env(self.as_user(user))
            self.refused(
                campaign,
                {
                    "state": "closed",
                    "identity_checked_on": "2025-01-01",
                    "identity_checked_by_id": self.head_a.id,
                    "year": 2024,
                },
            )
        mine = self.campaign.with_env(self.mine)
        mine.soltea_name = "AUTRE NOM"
        self.assertFalse(mine.identity_checked_on)
        mine.action_confirm_identity()
        self.assertEqual(mine.identity_checked_by_id, self.secretary_a)
        with self.assertRaises(AccessError):
            mine.action_close()
        self.campaign.with_env(self.as_user(self.manager_a)).action_close()
        with self.assertRaises(AccessError):
            mine.action_reopen()
        self.assertEqual(self.campaign.state, "closed")

    def test_the_year_of_a_campaign_stays(self):
        other = self.env["bde.tax.year"]._of(self.school_a, 2024)
        with self.assertRaisesRegex(UserError, "does not change"):
            self.campaign.with_env(self.mine).tax_year_id = other

    def test_steps_are_not_moved_by_hand(self):
        step = self.mine["bde.tax.step"].create(
            {
                "campaign_id": self.campaign.id,
                "window_id": self.window("period2").id,
                "model_id": self.env["bde.tax.letter.model"]._for(self.school_a, "first").id,
            }
        )
        self.refused(step, {"state": "sent", "sent_on": "2025-06-01", "date": "2025-06-01"})
        step.action_cancel()
        self.assertEqual(step.state, "cancelled")

    def test_receipts_of_gifts_are_not_issued_by_a_default(self):
        self.campaign.component_ids = [(0, 0, {"name": "CFA", "is_cfa": True})]
        gift = (
            self.mine["bde.tax.gift"]
            .with_context(default_state="issued", default_number="FAUX-001")
            .create(
                {
                    "campaign_id": self.campaign.id,
                    "relation_id": self.relation.id,
                    "name": "Tour",
                }
            )
        )
        self.assertEqual((gift.state, gift.number), ("draft", False))

    # ------------------------------------------------------------
    # Letters
    # ------------------------------------------------------------

    @freeze_time(PARIS_NOON)
    def test_thanks_are_no_way_around_the_caps(self):
        thanks = self.mine["bde.tax.letter.model"]._for(self.school_a, "thanks")
        campaign, target = self.campaign.with_env(self.mine), self.target.with_env(self.mine)
        for send in (campaign._send_letters, campaign._print_letters):
            with self.assertRaisesRegex(UserError, "Thank the givers"):
                send(target, thanks)
        self.assertFalse(self.target.letter_ids)

    def test_an_accountant_reads_no_amount_of_a_client(self):
        self.petit.write({"promised_amount": 750, "received_amount": 650, "last_year_amount": 550})
        model = self.env["bde.tax.letter.model"].create(
            {
                "company_id": self.school_a.id,
                "name": "x",
                "kind": "accountant",
                "subject": "{promesse} {entreprise}",
                "body": "<p>{promesse}</p><p>{recu}</p><p>{don}</p><div>{clients}</div>",
            }
        )
        words = self.campaign._company_words(self.petit | self.martin, self.clara)
        subject, text = self.campaign._letter_text(model, words)
        for amount in ("750", "650", "550"):
            self.assertNotIn(amount, f"{subject} {text}")
        self.assertIn("Garage Martin", text)

    def test_names_of_companies_are_no_markup_and_no_header(self):
        self.petit.partner_id.name = "A\r\nBcc: x@y.example <img src=x onerror=alert(1)>"
        model = (
            self.env["bde.tax.letter.model"]
            ._for(self.school_a, "first")
            .copy({"subject": "{entreprise}", "body": "<p>{entreprise} {lycee}</p>"})
        )
        words = self.campaign._letter_words(self.window("period1"))
        words |= self.campaign._company_words(self.petit, self.petit.contact_id)
        subject, text = self.campaign._letter_text(model, words)
        self.assertNotRegex(subject, r"[\r\n]")
        self.assertNotIn("<img", text)

    def test_a_picture_that_changes_is_not_seen_through_old_letters(self):
        mine = self.campaign.with_env(self.mine)
        mine.write({"story_picture": photo(), "picture_checked": True})
        use = self.mine["bde.tax.use"].create({"campaign_id": self.campaign.id, "name": "Tour"})
        shown = self.mine["bde.tax.picture"].create(
            {"use_id": use.id, "image": photo(), "checked": True}
        )
        for picture, changes in (
            ((mine, "story_picture"), {"story_picture": photo("blue")}),
            ((mine, "story_picture"), {"picture_checked": False}),
            ((shown, "image"), {"image": photo("blue")}),
            ((shown, "image"), {"checked": False}),
        ):
            with self.subTest(picture=picture[1], changes=[*changes]):
                record, name = picture
                statement = "checked" if name == "image" else "picture_checked"
                record.write({statement: True})
                url = mine._picture_url(picture)
                self.assertIn("access_token=", url)
                record.write(changes)
                file = self.env["ir.attachment"].search(
                    [
                        ("res_model", "=", record._name),
                        ("res_id", "=", record.id),
                        ("res_field", "=", name),
                    ]
                )
                self.assertTrue(file)
                self.assertFalse(file.access_token)

    def test_calls_are_planned_for_people_of_the_school(self):
        values = {"target_ids": [(6, 0, self.petit.ids)], "per_week": 5}
        Calls = self.mine["bde.tax.calls"]
        with self.assertRaises(UserError):
            Calls.create(values | {"user_ids": [(6, 0, self.manager_b.ids)]}).action_plan()
        self.assertFalse(self.petit.activity_ids)
        Calls.create(values | {"user_ids": [(6, 0, self.manager_a.ids)]}).action_plan()
        self.assertEqual(self.petit.activity_ids.user_id, self.manager_a)

    def test_teachers_and_other_schools_press_no_button_of_the_tax(self):
        """Each public method of the models of the tax, called as a client calls it."""
        records = [
            self.campaign, self.target, self.campaign.course_ids, self.tax_year,
            self.window("period1"), self.accountant_letter(self.petit),
        ]  # fmt: skip
        arguments = {"action_open_stage": ("target_count",)}
        # what opens a list alone, which then shows nothing; what is about one's own school
        harmless = {
            "action_open_letters", "action_set_accountant", "action_open_gifts",
            "action_open_uses", "action_thank", "action_choose_more", "action_move",
            "action_from_map", "action_print_sheet",
        }  # fmt: skip
        for user in (self.teacher_a, self.manager_b):
            env = self.as_user(user)
            for record in records:
                shared = record._name in ("bde.tax.year", "bde.tax.window")
                for name in dir(type(record)):
                    if not name.startswith("action_") or name in harmless:
                        continue
                    if name in ("action_archive", "action_unarchive"):
                        continue  # core's, which write "active"
                    if shared and user == self.manager_b:
                        continue  # the calendar of the académie is theirs too
                    mine = record.with_env(env)
                    args = arguments.get(name, ())
                    # a client begins with an empty cache
                    self.env.invalidate_all()
                    with self.subTest(user=user.login, model=record._name, name=name):
                        with self.assertRaises(UserError) as caught:
                            getattr(mine, name)(*args)
                        said = str(caught.exception)
                        self.assertNotIn("Menuiserie Duval", said)
                        self.assertNotIn("LYCEE A", said)

    def test_files_of_fields_are_changed_on_their_record_alone(self):
        """A photo that was looked at, a receipt that was issued, stay what they are."""
        use = self.mine["bde.tax.use"].create({"campaign_id": self.campaign.id, "name": "Tour"})
        shown = self.mine["bde.tax.picture"].create(
            {"use_id": use.id, "image": photo(), "checked": True}
        )
        place = {"res_model": shown._name, "res_id": shown.id, "res_field": "image"}
        File = self.mine["ir.attachment"]
        file = File.search([(name, "=", value) for name, value in place.items()])
        self.assertEqual(len(file), 1)
        for change in ({"datas": photo("blue")}, {"raw": b"<svg/>"}, {"res_id": 0}):
            with self.subTest(change=change), self.assertRaises(AccessError):
                file.write(change)
        with self.assertRaises(AccessError):
            file.unlink()
        with self.assertRaises(AccessError):
            File.create({"name": "image", "datas": photo("blue"), **place})
        loose = File.create({"name": "x", "datas": photo(), "res_model": shown._name})
        with self.assertRaises(AccessError):
            loose.write({"res_field": "image", "res_id": shown.id})
        shown.image = photo("blue")
        self.assertFalse(shown.checked)

    def test_who_left_the_bureau_learns_nothing_more(self):
        self.campaign.user_id = self.secretary_a
        self.assertEqual(self.campaign._responsible(), self.secretary_a)
        roles = self.env["bde.membership"].search(
            [("user_id", "=", self.secretary_a.id), ("company_id", "=", self.school_a.id)]
        )
        roles.role = "teacher"
        self.assertIn(self.school_a, self.secretary_a.company_ids)
        self.assertNotEqual(self.campaign._responsible(), self.secretary_a)

    def test_schools_do_not_learn_who_moved_a_window(self):
        window = self.window("period2").with_env(self.as_user(self.correspondent))
        window._move(window.date_from, date(2025, 10, 31), "Arrêté")
        told = self.campaign.activity_ids
        self.assertTrue(told)
        self.assertNotIn(self.correspondent, told.create_uid)

    # ------------------------------------------------------------
    # Ids of another school
    # ------------------------------------------------------------

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_dialogs_of_another_school_tell_nothing(self):
        theirs = self.as_user(self.manager_b)
        pointing = [
            ("bde.tax.write", "campaign_id", self.campaign),
            ("bde.tax.choose", "campaign_id", self.campaign),
            ("bde.tax.thank", "campaign_id", self.campaign),
            ("bde.tax.thank.line", "target_id", self.target),
            ("bde.tax.accountant", "contact_id", self.anne),
            ("bde.pledge.note", "relation_id", self.relation),
            ("bde.pledge.note", "said_by_id", self.anne),
        ]
        for model, name, record in pointing:
            Model = theirs[model]
            for value in (record.id, str(record.id), float(record.id)):
                with self.subTest(model=model, field=name, value=value):
                    with self.assertRaises(UserError) as caught:
                        Model.create({name: value})
                    self.assertNotIn(record.sudo().display_name, str(caught.exception))
            with self.assertRaises(UserError):
                Model.with_context(**{f"default_{name}": record.id}).create({})

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_lists_of_ids_of_another_school_are_refused_however_they_are_written(self):
        theirs = self.as_user(self.manager_b)
        one = self.target.id
        for model in ("bde.tax.accountant", "bde.tax.calls"):
            for value in ([one], (one,), [(6, 0, [one])], [(4, one)], [str(one)]):
                with self.subTest(model=model, value=value), self.assertRaises(UserError):
                    theirs[model].create({"target_ids": value})

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_records_of_another_school_are_not_pointed_to(self):
        theirs = self.as_user(self.manager_b)
        own = self.target_b.with_env(theirs)
        for name, record in (
            ("contact_id", self.anne), ("accountant_id", self.firm),
            ("accountant_contact_id", self.clara),
        ):  # fmt: skip
            with self.subTest(field=name), self.assertRaises(UserError) as caught:
                own.write({name: record.id})
                own.flush_recordset()
            self.assertNotIn(record.sudo().display_name, str(caught.exception))
        with self.assertRaises(AccessError):
            theirs["bde.tax.thank"].with_context(
                active_model="bde.tax.target", active_ids=self.target.ids
            ).default_get(["campaign_id", "line_ids"])
        with self.assertRaises(AccessError):
            theirs["bde.tax.campaign"].with_context(
                bde_tax_campaign_id=self.campaign.id
            ).action_from_map(self.employer.ids)


@tagged("post_install", "-at_install")
class TestHostileTaxMoney(TaxMoneyCase):
    """Who wants other totals than the exports say."""

    def test_what_became_of_a_promise_is_not_typed(self):
        pledge = self.pledge(self.relation, 800)
        for user in (self.secretary_a, self.manager_a):
            mine = pledge.with_env(self.as_user(user))
            for name, value in {
                "expected_amount": 9, "expected_is_known": False, "received_amount": 9,
                "state": "received", "cancelled_on": "2025-06-01",
                "not_received_on": "2025-06-01", "given_up_by_job": True, "year": 2024,
            }.items():  # fmt: skip
                with self.subTest(field=name), self.assertRaises(AccessError):
                    mine.write({name: value})
        Pledge = self.as_user(self.secretary_a)["bde.pledge"]
        target = self.campaign._target_of(self.relation)
        made = Pledge.with_context(default_received_amount=800).create(
            {
                "campaign_id": self.campaign.id,
                "target_id": target.id,
                "relation_id": self.relation.id,
                "amount": 10,
            }
        )
        self.assertEqual((made.received_amount, made.state), (0, "promised"))

    def test_verbs_of_promises_still_work(self):
        mine = self.pledge(self.relation, 800)
        mine.action_cancel()
        self.assertEqual(mine.state, "cancelled")
        mine.action_restore()
        mine.action_give_up()
        self.assertEqual(mine.state, "not_received")
        mine.action_wait_again()
        self.assertEqual(mine.state, "promised")

    def test_a_promise_stays_with_its_company_and_campaign(self):
        pledge = self.pledge(self.relation, 800)
        other = self.campaign._target_of(self.relation_of(self.duval))
        with self.assertRaises(AccessError):
            pledge.target_id = other
        before = self.tax_campaign(self.school_a, self.training_a, self.manager_a, year=2024)
        with self.assertRaisesRegex(UserError, "one campaign"):
            self.as_user(self.secretary_a)["bde.pledge"].create(
                {
                    "campaign_id": before.id,
                    "target_id": other.id,
                    "relation_id": other.relation_id.id,
                    "amount": 10,
                }
            )

    def test_a_name_typed_on_a_page_takes_no_promise_back(self):
        phone = self.pledge(self.relation, 5000, said_by="Mme Petit", channel="call")
        page = self.pledge(self.relation, 1, said_by="mme petit", channel="accountant")
        self.assertEqual((phone.state, page.state), ("promised", "promised"))
        # nor does it multiply: the page replaces what the page said
        newer = self.pledge(self.relation, 2, said_by="Mme Petit", channel="link")
        self.assertEqual((page.state, newer.state), ("cancelled", "promised"))

    def test_an_import_in_doubt_is_not_begun_by_its_state(self):
        """The total that the file states stops it; neither state nor titles go around that."""
        record = self.preview([row(self.host.company_registry, "Duval", "1200,00")])
        record.total_stated = 5000
        with self.assertRaisesRegex(UserError, "apart"):
            record.action_apply()
        for name, value in {
            "state": "running", "header_line": 99, "row_count": 0, "total_file": 5000,
            "applied_on": "2025-06-01", "report": {},
        }.items():  # fmt: skip
            with self.subTest(field=name), self.assertRaises(AccessError):
                record.write({name: value})
        with self.assertRaises(AccessError):
            self.load(b"x", state="running")
        record.total_stated = 1200
        record.action_apply()
        self.assertEqual((record.state, self.received()), ("done", 1200))

    def test_the_file_behind_the_totals_stays(self):
        record = self.count([row(self.host.company_registry, "Duval", "1200,00")])
        for name, value in {"file": b"eA==", "filename": "autre.csv"}.items():
            with self.subTest(field=name), self.assertRaisesRegex(UserError, "another file"):
                record.write({name: value})
        self.assertEqual(record.filename, "export.csv")

    def test_counted_rows_are_not_read_away(self):
        """Reading the file anew would take the rows that prove what was counted."""
        record = self.count([row(self.host.company_registry, "Duval", "1200,00")])
        record.action_preview()
        self.assertEqual(record.state, "preview")
        for read in (record.action_read, record.action_read_sheet, record.action_back):
            with self.subTest(read=read.__name__), self.assertRaisesRegex(UserError, "counted"):
                read()
        self.assertTrue(self.line(record, 2).result)
        with self.assertRaises(UserError):
            record.with_env(self.as_user(self.manager_a)).unlink()

    def test_a_row_without_its_company_is_not_counted(self):
        record = self.preview([row(self.host.company_registry, "Duval", "1200,00")])
        line = self.line(record, 2)
        self.assertEqual(line.status, "new")
        with self.assertRaisesRegex(UserError, "choose the company"):
            line.write({"partner_id": False})

    def test_refused_rows_hold_no_formula(self):
        rows = [["=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", "12"]]
        cells = _as_csv(rows).decode("utf-8-sig")
        for formula in rows[0][:-1]:
            self.assertIn("'" + formula, cells)
        self.assertNotIn("'12", cells)


@tagged("post_install", "-at_install")
class TestHostileTaxPages(TaxAnswerCase, HttpCase):
    """Strangers, portal users and staff of other schools at the addresses of the tax."""

    @classmethod
    def setUpClass(cls):
        cls.startClassPatcher(freeze_time(PARIS_NOON))
        super().setUpClass()
        cls.campaign_letter = cls.accountant_letter(cls.petit | cls.martin)
        cls.env["res.users"].create(
            {
                "name": "Portail",
                "login": "portail",
                "password": "portail-portail",
                "group_ids": [(6, 0, [cls.env.ref("base.group_portal").id])],
            }
        )

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_pdfs_are_for_the_bureau_alone(self):
        self.manager_b.password = "manager-b-manager-b"
        pages = [
            f"/bde/tax/letters?ids={self.campaign_letter.id}",
            f"/bde/tax/sheet?ids={self.campaign.id}",
            f"/bde/tax/thanks.pdf?ids={self.target.id}",
        ]
        for login, password in (("portail", "portail-portail"), (self.manager_b.login, None)):
            self.authenticate(login, password or "manager-b-manager-b")
            for page in pages:
                with self.subTest(login=login, page=page):
                    answer = self.url_open(page)
                    self.assertNotIn("pdf", answer.headers["Content-Type"])
                    self.assertGreaterEqual(answer.status_code, 400)

    def test_letters_are_printed_in_parts(self):
        """More than a reader waits for, mails, and two campaigns: each is told in words."""
        letters = self.env["bde.tax.letter"].create(
            [
                {
                    "campaign_id": self.campaign.id,
                    "relation_id": target.relation_id.id,
                    "target_id": target.id,
                    "channel": "letter",
                    "state": "sent",
                }
                for target in (self.petit, self.martin)
            ]
        )
        earlier = self.tax_campaign(self.school_a, self.training_a, self.manager_a, year=2024)
        old = letters[0].copy({
            "campaign_id": earlier.id,
            "target_id": self.new_target(self.petit.relation_id, earlier).id,
        })  # fmt: skip
        self.secretary_a.password = "secretary-a-secretary-a"
        self.authenticate(self.secretary_a.login, "secretary-a-secretary-a")
        self.patch(bde_tax_letters_pdf, "PRINT_AT_ONCE", 2)
        numbers = letters.ids + old.ids
        for ids in (
            numbers,
            [*range(10**6, 10**6 + 900)],
            numbers[1:],
            [numbers[0], self.campaign_letter.id],
        ):
            with self.subTest(ids=ids[:4]):
                answer = self.url_open("/bde/tax/letters?ids=" + ",".join(map(str, ids)))
                self.assertEqual(answer.status_code, 422)
                self.assertIn("bde_lead", answer.text)
                if len(ids) > 2:
                    self.assertRegex(answer.text, rf"\b{len(ids)} ")
        answer = self.url_open("/bde/tax/letters?ids=" + ",".join(map(str, letters.ids)))
        self.assertEqual(answer.content[:5], b"%PDF-")
        mine = self.as_user(self.secretary_a)
        for chosen, words in (
            (letters | old, "one campaign"),
            (letters | self.campaign_letter, "letters on paper"),
        ):
            with self.assertRaisesRegex(UserError, words):
                chosen.with_env(mine).action_print()
        with self.assertRaisesRegex(UserError, "3 letters at once: at most 2"):
            letters.with_env(mine)._check_print_count(3)

    @mute_logger("odoo.http")
    def test_addresses_of_core_mailings_open_nothing(self):
        mailing = self.env["mailing.mailing"].create(
            {
                "subject": "Secret",
                "company_id": self.school_a.id,
                "bde_tax_campaign_id": self.campaign.id,
                "mailing_model_id": self.env["ir.model"]._get_id("bde.tax.target"),
            }
        )
        for login in (None, "portail"):
            self.authenticate(login, login and "portail-portail")
            for page in ("view", "unsubscribe", "confirm_unsubscribe"):
                for query in ("", "?document_id=1&email=a@b.example&hash_token=x"):
                    with self.subTest(login=login, page=page, query=query):
                        answer = self.url_open(f"/mailing/{mailing.id}/{page}{query}")
                        self.assertNotIn("Secret", answer.text)
                        self.assertNotIn(self.campaign.name, answer.text)

    def test_a_link_opens_its_own_page_alone(self):
        _link, token = self.mint(self.campaign_letter, self.clara)
        self.authenticate(None, None)
        page = self.url_open(f"/bde/x/{token}").text
        self.assertIn("Boulangerie Petit", page)
        self.assertNotIn("Plomberie Roux", page)
        self.assertEqual(self.url_open(f"/bde/y/{token}").status_code, 404)
        self.assertEqual(self.url_open(f"/bde/o/{token}").status_code, 404)
        # boxes of companies that are not on his page are not looked at
        data = {f"c{self.roux.id}_kind": "no", f"c{self.target.id}_kind": "no"}
        self.assertEqual(self.url_open(f"/bde/x/{token}", data=data).status_code, 422)
        self.assertFalse(self.said(self.roux) | self.said(self.target))
