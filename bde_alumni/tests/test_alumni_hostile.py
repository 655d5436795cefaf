"""What a hostile holder of a link, a hostile manager and an objection meet."""

import base64

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged, users

from .alumni_common import AlumniCase
from .giving_common import GivingCase, photo
from .page_common import PageMixin

WORDS = "Good morning, how does one become an electrician?"


@tagged("post_install", "-at_install")
class TestHostilePage(PageMixin, AlumniCase, HttpCase):
    """Somebody who holds a link, of his own or of another."""

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def test_numbers_that_are_none(self):
        self.gina._consent("mentoring")
        for number in ("9" * 30, "9" * 5000, "²", "-1", "1e3"):
            for do, name in (("ask", "mentor"), ("accept", "request"), ("report", "request")):
                page = self.post_page(self.hugo, "mentors", {"do": do, name: number})
                self.assertEqual(page.status_code, 422, (do, number[:9]))
        for key, name in (("events", "invitation"), ("portrait", "portrait")):
            page = self.post_page(self.hugo, key, {name: "9" * 30})
            self.assertIn(page.status_code, (404, 422), key)

    def test_roads_of_core_lead_to_nothing(self):
        """Calendar files, tickets, pictures and files by their number; one door for each school."""
        event = self.env["event.event"].create(
            {
                "name": "Forum of school A",
                "company_id": self.school_a.id,
                "date_begin": fields.Datetime.now(),
                "date_end": fields.Datetime.add(fields.Datetime.now(), hours=2),
            }
        )
        portrait = self.env["bde.portrait"].create(
            {
                "alumnus_id": self.gina.id,
                "title": "Gina",
                "text": "x",
                "picture_ids": [(0, 0, {"image": photo(), "is_alone": True})],
            }
        )
        file = self.env["ir.attachment"].create(
            {"name": "x.txt", "raw": b"zebulon", "res_model": "bde.alumnus", "res_id": self.gina.id}
        )
        picture = portrait.picture_ids
        shown = base64.b64decode(picture.image)
        paths = (
            f"/event/{event.id}/ics",
            f"/event/{event.id}/my_tickets?registration_ids=[1]&tickets_hash=x",
            f"/web/image/bde.portrait.picture/{picture.id}/image",
            f"/web/content/bde.portrait.picture/{picture.id}/image",
            f"/web/content/{file.id}",
            f"/mail/view?model=bde.alumnus&res_id={self.gina.id}",
            f"/bde/c/{self.school_a.uai}/portrait/{picture.id}.jpg",
        )
        for login in (None, "manager_b", "teacher_a"):
            self.authenticate(login, login)
            for path in paths:
                answer = self.url_open(path)
                for secret in (shown, b"zebulon", b"Forum of school A", b"DUPONT Gina"):
                    self.assertNotIn(secret, answer.content, (login, path))

    def test_numbers_of_five_thousand_digits(self):
        """Addresses of papers of all three modules: unknown, and no error of the server."""
        self.authenticate("manager_a", "manager_a")
        for path in (
            "/bde/cv", "/bde/liaison", "/bde/alumni/sheets", "/bde/alumni/report",
            "/bde/alumni/portraits", "/bde/incidents", "/bde/booklets", "/bde/attestations",
        ):  # fmt: skip
            for ids in ("9" * 5000, "9" * 13, "0", "", "x"):
                answer = self.url_open(f"{path}?ids={ids}")
                self.assertEqual(answer.status_code, 404, (path, ids[:20]))

    def test_signs_that_no_keyboard_types(self):
        """Zero bytes, line ends in a name that stands in the head of a mail, huge texts."""
        self.gina._consent("solicitation")
        me = {"usage_name": "Bo\r\nBcc: x@y.fr", "city": "A\0B" + "x" * 5000}
        page = self.post_page(self.gina, "me", me | {"email": self.gina.email})
        self.assertEqual(page.status_code, 200)
        self.gina.invalidate_recordset()
        self.assertEqual(self.gina.usage_name, "Bo Bcc: x@y.fr")
        self.assertEqual(self.gina.city[:3], "A B")
        evil = "\0" + "x" * 100000
        for key, form in {
            "would_you": {"answer": "yes", "would_jury": "1", "employer": evil, "remark": evil},
            "offers": {"kind": "job", "title": evil, "employer_text": evil, "contact_text": evil},
            "consents": {"what": evil},
            "mentors": {"do": "ask", "mentor": evil, "text": evil},
            "elsewhere": {"page": evil},
            "events": {"invitation": evil},
        }.items():
            page = self.post_page(self.gina, key, form)
            self.assertIn(page.status_code, (200, 404, 422), key)
        self.gina._consent("directory", ["city"])
        for query in ("q=%00%00ab", "who=%00", "training=1%00", "page=%E2%82%82&q=ab", "kind=%00"):
            for key in ("directory", "mentors", "offers", "consents"):
                page = self.url_open(f"{self.page_path(self.gina)}/{key}?{query}")
                self.assertIn(page.status_code, (200, 404), (key, query))
        self.assertEqual(
            self.url_open(f"{self.page_path(self.gina)}/portrait/file?picture=%00").status_code, 404
        )
        self.assertEqual(self.url_open(f"{self.page_path(self.gina)}?done=%00").status_code, 200)

    def test_an_address_put_right_ends_the_one_that_waits(self):
        self.post_page(self.gina, "me", {"email": "thief@mail.example"})
        self.assertEqual(self.gina.email_pending, "thief@mail.example")
        link = self.env["bde.link"].search([("purpose", "=", "alumni_mail")], limit=1)
        self.assertTrue(link._as_school()._alumnus_to_confirm())
        self.gina.with_user(self.secretary_a).email = "gina.true@mail.example"
        self.assertFalse(link._as_school()._alumnus_to_confirm())
        self.assertFalse(self.gina.email_pending)


@tagged("post_install", "-at_install")
class TestHostileStaff(AlumniCase):
    """What a screen does not offer, by RPC."""

    def test_no_letter_by_the_composer_of_core(self):
        composer = self.env["mail.compose.message"].with_user(self.manager_a)
        before = self.env["mail.mail"].search_count([])
        with self.assertRaises(UserError):
            composer.create(
                {
                    "composition_mode": "mass_mail",
                    "model": "bde.alumnus",
                    "res_ids": repr(self.gina.ids),
                    "subject": "Hello",
                    "body": "<p>Hello</p>",
                }
            )._action_send_mail()
        self.assertEqual(self.env["mail.mail"].search_count([]), before)

    def test_templates_of_mails_by_rpc(self):
        """No code in a template, and none of another school is read."""
        Template = self.env["mail.template"].with_user(self.manager_a)
        vals = {"name": "Mine", "model_id": self.env["ir.model"]._get_id("bde.alumnus")}
        code = "<t t-out=\"object.env['res.users'].sudo().search([])\"/>"
        for evil in ({"body_html": code}, {"subject": "{{ object.sudo().email }}"}):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                Template.create(vals | evil)
        mine = Template.create(vals | {"body_html": "<p>Plain</p>"})
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            mine.body_html = code
        theirs = self.env["mail.template"].with_user(self.manager_b)
        self.assertNotIn(mine.id, theirs.search([]).ids)
        with self.assertRaises(AccessError):
            theirs.browse(mine.id).read(["body_html"])

    def test_the_chatter_writes_to_no_alumnus_and_makes_no_contact(self):
        gina = self.gina.with_user(self.manager_a)
        self.assertFalse(
            [
                one
                for one in gina._message_get_suggested_recipients()
                if one.get("email") == self.gina.email
            ]
        )

    @users("manager_a")
    def test_a_minor_is_not_made_an_adult_by_a_blank(self):
        hugo = self.hugo.with_env(self.env)
        with self.assertRaises(ValidationError):
            hugo.birth_date = False
        self.assertFalse(hugo.is_adult)

    def test_who_is_of_unknown_age_is_no_adult_before_long(self):
        this_year = self.year.date_start.year
        for cohort, kind, adult in (
            (this_year, "pupil", False),
            (this_year - 2, "pupil", False),
            (this_year - 3, "pupil", True),
            (this_year, "adult", True),
        ):
            one = self.new_alumnus("Noe", birth_date=False, cohort=cohort, kind=kind)
            self.assertEqual(one.is_adult, adult, (cohort, kind))

    def test_teachers_find_nobody_by_a_hidden_field(self):
        for model, path in (
            ("bde.leaver.plan", "alumnus_id.email"),
            ("bde.student", "alumnus_ids.email"),
            ("bde.placement", "student_id.alumnus_ids.phone"),
        ):
            Model = self.env[model].with_user(self.teacher_a)
            with self.assertRaises(AccessError, msg=path):
                Model.search([(path, "ilike", "gina")])
            with self.assertRaises(AccessError, msg=path):
                Model._read_group([(path, "ilike", "gina")], [], ["__count"])

    def test_nothing_of_another_school_by_any_verb(self):
        """Every public verb of every model here, on records of school B, by the manager of A."""
        self.ines._note_informed("paper")
        for purpose in ("news", "directory", "mentoring", "solicitation", "portrait"):
            self.ines._consent(purpose)
        ask = self.env["bde.mentor.request"]._ask
        theirs = [
            self.ines,
            self.ines.consent_ids,
            self.ines.mentor_profile_ids,
            ask(
                self.ines,
                self.new_alumnus("Jo", self.school_b, birth_year=2003, cohort=2023),
                WORDS,
            ),
            self.ines._note_outcome({"situation": "job", "employer_text": "Inn"}),
            self.ines._ask_would_you(),
            self.env["bde.portrait"].create(
                {"alumnus_id": self.ines.id, "title": "Ines", "text": "She."}
            ),
            self.env["bde.job.offer"]._propose(
                self.school_b, {"kind": "job", "title": "Cook", "contact_text": "Inn"}, "company"
            ),
            self.env["bde.alumni.news"].create(
                {"company_id": self.school_b.id, "subject": "News", "body": "<p>News</p>"}
            ),
        ]
        env = self.as_user(self.manager_a)
        for record in theirs:
            foreign = env[record._name].browse(record.ids)
            self.assertFalse(foreign.has_access("read"), record)
            verbs = [name for name in dir(type(record)) if name.startswith("action_")]
            if "active" not in record._fields:
                verbs = [name for name in verbs if not name.endswith("archive")]
            for verb in verbs:
                before = self.env["mail.mail"].search_count([])
                try:
                    with self.env.cr.savepoint():
                        answer = getattr(foreign, verb)()
                except UserError as error:
                    self.assertNotIn("Ines", str(error), (record, verb))
                    continue
                except TypeError:
                    continue  # asks for more than a record
                # a window alone: what it shows is read by the rights of the user
                self.assertNotIn("Ines", str(answer), (record, verb))
                self.assertEqual(self.env["mail.mail"].search_count([]), before, (record, verb))
        self.env.invalidate_all()
        self.assertTrue(self.ines.exists() and self.ines.ok_news and not self.ines.no_more_on)

    def test_ids_of_another_school_in_what_is_written(self):
        env = self.as_user(self.manager_a)
        for model, vals in (
            ("bde.outcome", {"alumnus_id": self.ines.id, "date": "2025-01-01",
                             "situation": "job"}),
            ("bde.portrait", {"alumnus_id": self.ines.id, "title": "A", "text": "B"}),
            ("event.registration", {"bde_alumnus_id": self.ines.id}),
            ("bde.alumni.contact", {"alumnus_id": self.ines.id,
                                    "partner_id": self.env.user.partner_id.id}),
            ("bde.would.you.note", {"alumnus_id": self.ines.id}),
            ("bde.alumnus.join", {"alumnus_id": self.gina.id, "other_id": self.ines.id}),
            ("bde.alumni.sheet", {"line_ids": [(0, 0, {"alumnus_id": self.ines.id})]}),
            ("bde.alumnus", {"lastname": "X", "firstname": "Y", "cohort": 2024,
                             "company_id": self.school_b.id}),
        ):  # fmt: skip
            with self.subTest(model), self.assertRaises(UserError) as caught:
                env[model].create(vals)
                env.flush_all()
            self.assertNotIn("Ines", str(caught.exception))

    def test_no_core_mailing(self):
        for model in ("mailing.mailing", "event.mail", "event.mail.registration", "mailing.trace"):
            Model = self.env[model].with_user(self.manager_a)
            self.assertFalse(Model.has_access("create"), model)
            self.assertFalse(Model.has_access("write"), model)


@tagged("post_install", "-at_install")
class TestNothingIsLeft(GivingCase):
    """No for good, death and objection, wherever the person stood."""

    def test_a_portrait_ends_where_its_person_is_found_to_be_a_minor(self):
        portrait = self.new_portrait()
        portrait.action_ask()
        none = self.env["bde.portrait.picture"]
        portrait.sudo()._answer({none: {"page"}}, portrait.until)
        portrait.action_publish()
        self.assertTrue(portrait._is_shown())
        self.gina.birth_date = self.hugo.birth_date
        self.assertFalse(portrait._is_shown())

    def ask(self, state="accepted"):
        self.gina._consent("mentoring")
        other = self.new_alumnus("Karl", birth_year=2003, cohort=2023, phone="06 12 34 56 78")
        request = self.env["bde.mentor.request"]._ask(self.gina, other, WORDS, ["email", "phone"])
        if state == "accepted":
            request._accept(["email"])
        return other, request

    def test_addresses_of_who_says_no_are_shown_no_more(self):
        for verb in ("_no_more", "_note_death"):
            with self.subTest(verb):
                other, request = self.ask()
                self.assertTrue(request._shown("asker"))
                getattr(other, verb)()
                self.assertFalse(request._shown("asker"))
                request.unlink()

    def test_death_goes_over_to_the_record_that_stays(self):
        twin = self.new_alumnus("Gina", birth_year=2005, cohort=2024, email=False)
        twin._note_death()
        self.gina._bde_join(twin)
        self.assertTrue(self.gina.is_deceased)
        self.assertFalse(self.gina._may_write("inform"))

    def test_addresses_that_wait_go_with_the_others(self):
        self.gina.email_pending = "waits@mail.example"
        self.gina._forget_contact()
        self.assertFalse(self.gina.email_pending)

    def name_left(self, text):
        """Models in which a text is still found, in any stored text of the database."""
        self.env.flush_all()
        found = []
        for name, model in sorted(self.env.items()):
            if model._abstract or not model._auto or model._transient:
                continue
            for field in model._fields.values():
                if not field.store or not field.column_type:
                    continue
                if field.type not in ("char", "text", "html", "json", "properties"):
                    continue
                self.env.cr.execute(
                    f'SELECT count(*) FROM "{model._table}" WHERE "{field.name}"::text ILIKE %s',
                    [f"%{text}%"],
                )
                if self.env.cr.fetchone()[0]:
                    found.append(f"{name}.{field.name}")
        return found

    def test_an_objection_leaves_no_name_anywhere(self):
        vals = {"birth_year": 2003, "cohort": 2023, "phone": "06 12 34 56 77"}
        zoe = self.new_alumnus("Zorbulette", **vals)
        zoe._note_informed("paper")
        for purpose in ("news", "directory", "mentoring", "solicitation", "portrait"):
            zoe._consent(purpose, ["email", "city"])
        relation = self.relation
        zoe._answer_would_you("yes", ["speak"], relation.partner_name, "Zorbulette says hello")
        zoe.would_you_ids.with_user(self.manager_a).relation_id = relation
        zoe.with_user(self.manager_a).with_context(
            bde_relation_id=relation.id
        ).action_plan_first_contact()
        self.env["bde.job.offer"]._propose(
            self.school_a,
            {"kind": "job", "title": "Cook", "employer_text": "Inn",
             "contact_text": "Zorbulette 06"},
            "alumnus", zoe,
        )  # fmt: skip
        zoe._send_page_links("inform")
        zoe.with_context(bde_alumni_link=zoe._mint_page_links("email")[zoe][0].id)._ask_email(
            "zorbulette2@mail.example"
        )
        zoe._note_outcome({"situation": "job", "employer_text": "Inn"}, fields.Date.today())
        self.ask_of(zoe)
        event = self.env["event.event"].create(
            {
                "name": "Forum",
                "company_id": self.school_a.id,
                "date_begin": fields.Datetime.add(fields.Datetime.now(), days=3),
                "date_end": fields.Datetime.add(fields.Datetime.now(), days=4),
            }
        )
        event.with_user(self.manager_a)._invite_alumni(zoe)._take_answer("yes")
        portrait = self.new_portrait(zoe, title="Zorbulette, cook", text="Zorbulette cooks.")
        portrait.action_ask()
        self.link(zoe, self.contact)
        zoe.message_post(body="Zorbulette called")
        self.env["ir.attachment"].create(
            {"name": "Zorbulette.txt", "raw": b"x", "res_model": zoe._name, "res_id": zoe.id}
        )
        # as people type a name: the other way round, in capitals, with a blank that stays
        relation.notes = "<p>Seen ZORBULETTE&nbsp;Dupont, kind</p>"
        relation.message_post(body="Dupont, Zorbulette told of a place")
        relation.activity_schedule(
            "mail.mail_activity_data_todo", summary="Call", note="<p>dupont ZORBULETTE</p>"
        )
        before = self.name_left("zorbulette")
        for name in ("bde.talk.summary", "mail.activity.summary", "bde.job.offer.contact_text",
                     "bde.link.name", "mail.mail.email_to", "event.registration.name"):  # fmt: skip
            self.assertIn(name, before)
        zoe._object()
        self.assertEqual(self.name_left("zorbulette"), [])
        self.assertEqual(str(relation.notes), "<p>Seen a former pupil, kind</p>")

    def ask_of(self, zoe):
        return self.env["bde.mentor.request"]._ask(self.gina_mentor(), zoe, WORDS, ["email"])

    def gina_mentor(self):
        self.gina._consent("mentoring")
        return self.gina
