"""Harassment and violence: the head reads it, and whom he names; nobody else, by no road."""

import json

from lxml import html

from odoo import http
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..models.bde_placement_stay import StayError
from .test_presence import HOST, PUPIL, TUTOR, PresenceCase

# what must stand nowhere
SECRET = "Zebulon m'a touchée dans la réserve"
WORD = "Zebulon"
SILENT = mute_logger("odoo.http", "odoo.addons.base.models.ir_rule", "odoo.sql_db")


class HarmCase(PresenceCase):
    """Aline told something on her page; the clock is at noon of the second day."""

    def setUp(self):
        super().setUp()
        self.go_to(self.day(2))
        self.letters = self.catch_mails()
        self.tell()
        self.report = self.env["bde.harm.report"].sudo().search([])
        self.env.flush_all()

    def tell(self, roles=PUPIL, **form):
        form = {"do": "alone", "words": SECRET, "reach": "06 après 18 h", **form}
        self.stay._stay_post_incident(roles, form, {}, {})

    def others(self):
        """Everybody but the head of school A, who reads it."""
        return [user for login, user in self.cast.items() if login != "head_a"]


@tagged("post_install", "-at_install")
class TestHarmReport(HarmCase):
    def test_the_head_reads_it(self):
        report = self.report.with_env(self.as_user(self.head_a))
        self.assertEqual(
            (report.student_name, report.facts, report.contact, report.source, report.state),
            ("DUPONT Aline", SECRET, "06 après 18 h", "student", "new"),
        )
        self.assertEqual(report.host_name, "Menuiserie Duval")
        self.assertTrue(report.may_follow)

    def test_sent_twice_is_one(self):
        self.tell()
        self.assertEqual(self.env["bde.harm.report"].sudo().search_count([]), 1)
        self.assertEqual(len(self.letters), 1)

    def test_the_company_has_no_such_way(self):
        for roles in (HOST, TUTOR):
            with self.assertRaises(StayError):
                self.tell(roles)
        with self.assertRaises(StayError):
            self.tell(words="  ")

    def test_reading_and_searching(self):
        for user in self.others():
            env = self.as_user(user)
            Report = env["bde.harm.report"]
            with self.subTest(user=user.login):
                if not Report.has_access("read"):
                    with self.assertRaises(AccessError):
                        Report.search([])
                    continue
                self.assertFalse(Report.search([]))
                self.assertFalse(Report.search([("facts", "ilike", WORD)]))
                self.assertEqual(Report.search_count([]), 0)
                self.assertEqual(Report.name_search(""), [])
                self.assertEqual(Report.name_search(self.report.reference), [])
                self.assertEqual(Report._read_group([], ["source"], ["__count"]), [])
                self.assertEqual(Report.formatted_read_group([], ["student_name"], ["__count"]), [])
                mine = self.report.with_env(env)
                for road in (
                    lambda r: r.read(["facts"]),
                    lambda r: r.read(["display_name"]),
                    lambda r: r.web_read({"facts": {}}),
                    lambda r: r.export_data(["facts"]),
                    lambda r: r.write({"notes": "x"}),
                    lambda r: r.action_follow(),
                    lambda r: r.unlink(),
                ):
                    with self.assertRaises(AccessError), SILENT:
                        road(mine)

    def test_by_other_models(self):
        """No field points there: no path, no count, no group leads to it."""
        models = self.env.registry.models
        pointing = [
            f"{name}.{field.name}"
            for name, model in models.items()
            for field in model._fields.values()
            if field.comodel_name == "bde.harm.report" and name != "bde.harm.report"
        ]
        self.assertEqual(pointing, [])
        env = self.as_user(self.manager_a)
        for domain in (
            [("harm_report_ids", "!=", False)],
            [("incident_ids.facts", "ilike", WORD)],
        ):
            try:
                found = env["bde.placement"].search(domain)
            except ValueError:
                continue
            self.assertFalse(found)
        self.assertFalse(env["bde.incident"].search([]))

    def test_without_chatter_activity_or_file(self):
        """No thread, no activity, no file: there is nothing to follow, assign or download."""
        Report = self.env["bde.harm.report"]
        for method in ("message_post", "activity_schedule", "message_subscribe", "_track"):
            self.assertFalse(hasattr(Report, method), method)
        self.assertFalse([f for f in Report._fields.values() if f.type in ("binary", "image")])
        for model in ("mail.message", "mail.activity", "mail.followers"):
            domain = [("res_model" if model != "mail.message" else "model", "=", Report._name)]
            self.assertEqual(self.env[model].sudo().search_count(domain), 0, model)

    def test_nothing_of_it_stands_elsewhere(self):
        """Every text of the database is looked through; it stands in one column."""
        self.env.cr.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = current_schema AND data_type IN"
            " ('text', 'character varying', 'jsonb')"
        )
        found = []
        columns = {}
        for table, column in self.env.cr.fetchall():
            columns.setdefault(table, []).append(column)
        for table, names in columns.items():
            test = " OR ".join(f'"{name}"::text LIKE %s' for name in names)
            self.env.cr.execute(
                f'SELECT count(*) FROM "{table}" WHERE {test}',  # noqa: S608
                [f"%{WORD}%"] * len(names),
            )
            if self.env.cr.fetchone()[0]:
                found.append(table)
        self.assertEqual(found, ["bde_harm_report"])

    def test_the_mail_says_open_and_nothing_more(self):
        [letter] = self.letters
        self.assertIn("head_a@", letter["email_to"])
        self.assertEqual(letter["subject"], f"To open – {self.school_a.name}")
        body = str(letter["body_html"])
        text = " ".join(html.fromstring(body).text_content().split())
        for word in (
            WORD, "Aline", "DUPONT", "Duval", "harm", "Harass", "violence", "report",
            "confidential", "pupil", self.report.reference,
        ):  # fmt: skip
            self.assertNotIn(word.lower(), body.lower(), word)
        self.assertTrue(text.startswith(f"{self.school_a.name} Hello Head A, Open"), text)
        mail = self.env["mail.mail"].sudo().search([("email_to", "ilike", "head_a@")], limit=1)
        self.assertEqual(mail.model or "", "", "tied to no record")
        self.assertFalse(mail.author_id)
        for user in self.others():
            env = self.as_user(user)
            self.assertFalse(env["mail.message"].search([("id", "=", mail.mail_message_id.id)]))

    def test_the_home_screens_of_others(self):
        for user in (self.head_a, *self.others()):
            home = self.as_user(user)["bde.home"]
            cards = [card for card in home._home_cards() if "harm" in json.dumps(card, default=str)]
            with self.subTest(user=user.login):
                if user == self.head_a:
                    self.assertEqual([card["count"] for card in cards], [1])
                    self.assertEqual(cards[0]["label"], "To open")
                else:
                    self.assertEqual(cards, [])

    def test_timeline_journal_batch_letters(self):
        env = self.as_user(self.manager_a)
        relation = env["bde.relation"].search([("partner_id", "=", self.employer.id)], limit=1)
        if relation:
            entries = json.dumps(env["bde.timeline"]._timeline(relation), default=str)
            self.assertNotIn("harm", entries.lower())
            self.assertNotIn(WORD, entries)
        journal = self.env["bde.journal"].sudo().search([])
        self.assertNotIn("harm", json.dumps(journal.mapped("event")))
        self.assertFalse(issubclass(type(self.report), self.env.registry["bde.batch.mixin"]))
        self.assertFalse(self.env["bde.stay.letter"].sudo().search([("kind", "ilike", "harm")]))

    def test_not_exported_even_by_the_head(self):
        report = self.report.with_env(self.as_user(self.head_a))
        with self.assertRaises(AccessError):
            report.export_data(["facts"])
        with self.assertRaises(AccessError):
            report.copy()
        for name, field in report._fields.items():
            if name not in ("id", "display_name", "may_follow", "company_id") and not (
                name.startswith(("create_", "write_"))
            ):
                self.assertFalse(field.exportable, name)

    def test_whom_the_head_names(self):
        letters = self.catch_mails()
        report = self.report.with_env(self.as_user(self.head_a))
        report.reader_ids = self.school_life_a
        self.assertEqual(len(letters), 1)
        self.assertIn("school_life_a@", letters[0]["email_to"])
        named = self.report.with_env(self.as_user(self.school_life_a))
        self.assertEqual(named.facts, SECRET)
        self.assertFalse(named.may_follow)
        with self.assertRaises(AccessError), SILENT:
            named.write({"notes": "x"})
        with self.assertRaises(AccessError), SILENT:
            named.write({"reader_ids": [(4, self.manager_a.id)]})
        with self.assertRaises(AccessError), SILENT:
            self.report.with_env(self.as_user(self.manager_a)).read(["facts"])
        report.reader_ids = False
        with self.assertRaises(AccessError), SILENT:
            named.read(["facts"])
        with self.assertRaises(ValidationError):
            report.reader_ids = self.manager_b

    def test_a_second_head_reads_nothing(self):
        """Who holds the role without being the head of the school is not the head."""
        self.env["bde.membership"].create(
            {
                "user_id": self.manager_a.id,
                "company_id": self.school_a.id,
                "role": "head",
                "date_from": self.year.date_start,
            }
        )
        with self.assertRaises(AccessError), SILENT:
            self.report.with_env(self.as_user(self.manager_a)).read(["facts"])
        self.school_a.head_id = self.manager_a
        self.assertEqual(self.report.with_env(self.as_user(self.manager_a)).facts, SECRET)
        with self.assertRaises(AccessError), SILENT:
            self.report.with_env(self.as_user(self.head_a)).read(["facts"])

    def test_words_stay_as_they_were_said(self):
        report = self.report.with_env(self.as_user(self.head_a))
        for vals in ({"facts": "Rien"}, {"state": "closed"}, {"student_name": "X"}):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                report.write(vals)
        with self.assertRaises(AccessError), SILENT:
            report.unlink()
        with self.assertRaises(AccessError), SILENT:
            report.create({"facts": "x"})
        report.action_follow()
        with self.assertRaises(UserError):
            report.action_close()
        report.notes = "Famille reçue, procureur saisi"
        report.action_close()
        self.assertEqual(report.state, "closed")

    def test_told_by_a_colleague(self):
        env = self.as_user(self.teacher_a)
        dialog = env["bde.harm.tell"].create(
            {"placement_id": self.placement.id, "facts": "Elle pleure, elle dit que", "contact": ""}
        )
        dialog.action_send()
        self.assertFalse(dialog.exists(), "nothing stays with whoever wrote it")
        report = self.env["bde.harm.report"].sudo().search([], limit=1)
        self.assertEqual((report.source, report.author), ("staff", "Teacher A"))
        with self.assertRaises(AccessError), SILENT:
            report.with_env(env).read(["facts"])
        foreign = self.as_user(self.manager_b)["bde.harm.tell"]
        with self.assertRaises(AccessError), SILENT:
            foreign.create({"placement_id": self.placement.id, "facts": "x"}).action_send()

    def test_a_pupil_or_placement_that_goes_says_nothing(self):
        """No refusal of the database tells that something was written."""
        self.env.cr.execute(
            "SELECT confdeltype FROM pg_constraint"
            " WHERE conrelid = 'bde_harm_report'::regclass AND contype = 'f'"
            "   AND confrelid = 'bde_placement'::regclass"
        )
        self.assertEqual(self.env.cr.fetchall(), [("n",)])


@tagged("post_install", "-at_install")
class TestHarmPage(HarmCase, HttpCase):
    def test_the_page_of_the_pupil(self):
        self.authenticate(None, None)
        _link, path = self.link(self.aline)
        response = self.url_open(f"{path}/{self.convention.uuid}")
        page = html.fromstring(response.text)
        [section] = page.xpath("//*[@id='incident']")
        text = section.text_content()
        for number in ("3018", "119", "17", "114"):
            self.assertIn(number, text)
        [way] = section.xpath(".//details[.//button[@value='alone']]")
        self.assertIsNone(way.get("open"), "discreet: closed until it is wanted")
        self.assertNotIn(WORD, response.text, "what was sent is not shown again")
        response = self.url_open(
            f"{path}/{self.convention.uuid}/incident", data={"do": "alone", "words": "Autre chose"}
        )
        self.assertEqual(response.status_code, 200)
        self.assertNotIn("Autre chose", response.text)
        # the address is that of any incident
        self.assertTrue(response.url.endswith("?done=incident"), response.url)
        self.assertEqual(self.env["bde.harm.report"].sudo().search_count([]), 2)

    def test_the_page_of_the_company_shows_nothing(self):
        self.authenticate(None, None)
        _link, path = self.link(self.boss)
        response = self.url_open(f"{path}/{self.convention.uuid}")
        for word in (WORD, "3018", 'value="alone"'):
            self.assertNotIn(word, response.text)

    def rpc(self, model, method, *args, **kwargs):
        response = self.url_open(
            f"/web/dataset/call_kw/{model}/{method}",
            data=json.dumps(
                {"params": {"model": model, "method": method, "args": args, "kwargs": kwargs}}
            ),
            headers={"Content-Type": "application/json"},
        )
        return response.json()

    def test_by_the_web_client(self):
        """RPC, export and menus, signed in as the manager."""
        self.authenticate("manager_a", "manager_a")
        with SILENT:
            answers = [
                self.rpc("bde.harm.report", "web_search_read", [], {"facts": {}}),
                self.rpc("bde.harm.report", "web_read_group", [], ["source"], ["__count"]),
                self.rpc("bde.harm.report", "read", [self.report.id], ["facts"]),
                self.rpc("bde.harm.report", "name_search", ""),
                self.rpc("bde.home", "get_home"),
                self.rpc("bde.placement", "web_read", [self.placement.id], {"incident_ids": {}}),
            ]
        for answer in answers:
            self.assertNotIn(WORD, json.dumps(answer))
            self.assertNotIn(self.report.reference, json.dumps(answer))
        self.assertEqual(answers[0]["result"]["length"], 0)
        self.assertIn("error", answers[2])
        self.assertNotIn("Aline", json.dumps(answers[2]))
        menus = self.env["ir.ui.menu"].with_user(self.manager_a)._visible_menu_ids()
        self.assertNotIn(self.env.ref("bde_pfmp.menu_harm_report").id, menus)

    def test_export_by_the_head(self):
        self.authenticate("head_a", "head_a")
        params = {
            "model": "bde.harm.report",
            "fields": [{"name": "facts", "label": "Facts", "type": "text"}],
            "ids": [self.report.id],
            "domain": [],
            "import_compat": False,
            "context": {},
        }
        with SILENT, mute_logger("odoo.addons.web.controllers.export"):
            response = self.url_open(
                "/web/export/csv",
                data={"data": json.dumps(params), "csrf_token": http.Request.csrf_token(self)},
            )
        self.assertNotIn(WORD, response.text)
        self.assertNotEqual(response.status_code, 200)
