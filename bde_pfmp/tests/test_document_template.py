"""Templates: which one is in force, who keeps them, and that a used one never changes."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .convention_common import ConventionCase

KINDS = {"pfmp", "observation", "seconde_gt", "bts", "amendment"}


class TemplateCase(ConventionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Template = cls.env["bde.document.template"]
        cls.national = cls.Template.search(
            [("company_id", "=", cls.academy.id), ("kind", "=", "pfmp")]
        )
        cls.today = cls.school_a._bde_today()

    def in_force(self, school=None, date=None):
        return self.Template._template_for(
            school or self.school_a, "pfmp", "fr_FR", date or self.today
        )


@tagged("post_install", "-at_install")
class TestTemplate(TemplateCase):
    def test_academy_begins_with_the_national_wordings(self):
        handed = self.Template.search([("company_id", "=", self.academy.id)])
        # and that of attestations, and of agreements, which is another module's
        self.assertEqual(set(handed.mapped("kind")), KINDS | {"attestation", "partnership"})
        articles = self.national.article_ids.filtered("number")
        self.assertEqual(articles.mapped("number"), list(range(1, 22)))
        library = self.env.ref("bde_pfmp.template_pfmp")
        bodies = self.national.article_ids.mapped("body")
        self.assertEqual(bodies, library.article_ids.mapped("body"))
        # once is enough
        self.Template._hand_down(self.academy, self.Template._convention_library())
        self.assertEqual(
            self.Template.search_count([("company_id", "=", self.academy.id)]), len(handed)
        )

    def test_shipped_wordings_say_what_the_law_wants(self):
        for template in self.Template._convention_library():
            with self.subTest(kind=template.kind):
                self.assertEqual(template.missing_mention_count, 0)
                sections = set(template.article_ids.mapped("section"))
                if template.kind in ("amendment", "attestation"):
                    continue
                self.assertTrue({"general", "pedagogical", "financial", "insurance"} <= sections)

    def test_school_before_academy_once_its_board_decided(self):
        self.assertEqual(self.in_force(), self.national)
        own = self.national._next_version(self.school_a)
        self.assertFalse(own.is_ready)
        self.assertEqual(self.in_force(), self.national)
        own.deliberation_date = self.today
        self.assertEqual(self.in_force(), own)
        self.assertEqual(self.in_force(self.school_b), self.national)

    def test_latest_in_force(self):
        first = self.national._next_version(self.school_a, deliberation_date=self.today)
        second = first._next_version(self.school_a, deliberation_date=self.today)
        self.assertEqual((first.serial, second.serial), (1, 2))
        second.date_from = self.today + timedelta(days=30)
        self.assertEqual(self.in_force(), first)
        self.assertEqual(self.in_force(date=self.today + timedelta(days=30)), second)
        second.active = False
        self.assertEqual(self.in_force(date=self.today + timedelta(days=30)), first)

    def test_none_in_force(self):
        self.assertFalse(self.in_force(date=self.national.date_from - timedelta(days=1)))

    def test_used_wording_does_not_change(self):
        own = self.national._next_version(self.school_a, deliberation_date=self.today)
        own.article_ids[0].body = "<p>Objet de la convention du lycée.</p>"
        self.make(self.placement)
        self.assertTrue(own.is_used)
        article = own.article_ids[0]
        unused = self.national._next_version(self.school_b).article_ids[0]
        for change in (
            lambda: unused.write({"template_id": own.id}),
            lambda: own.write({"title": "Autre"}),
            lambda: own.write({"deliberation_date": False}),
            lambda: article.write({"body": "<p>Autre</p>"}),
            lambda: article.unlink(),
            lambda: own.write({"article_ids": [(0, 0, {"title": "N", "body": "<p>N</p>"})]}),
            lambda: own.unlink(),
        ):
            with self.assertRaises(UserError):
                change()
        own.write({"name": "Another name in lists"})

    def test_an_article_keeps_its_number_for_itself(self):
        own = self.national._next_version(self.school_a)
        first, second = own.article_ids.filtered("number")[:2]
        with self.assertRaisesRegex(ValidationError, "two articles have one number"):
            second.number = first.number

    def test_national_one_used_by_a_school_does_not_change(self):
        self.make(self.placement)
        env = self.as_user(self.bde_admin)
        with self.assertRaises(UserError):
            self.national.with_env(env).title = "Autre"
        action = self.national.with_env(env).action_new_version()
        newer = self.Template.browse(action["res_id"])
        self.assertEqual((newer.company_id, newer.serial), (self.academy, 2))
        self.assertEqual(len(newer.article_ids), len(self.national.article_ids))

    def test_text_of_a_version_stays_its_own(self):
        convention = self.make(self.placement)
        text = convention.version_id.content
        newer = self.national._next_version(self.academy)
        newer.article_ids[0].title = "Objet nouveau"
        self.make(self.placement_adult)
        self.assertEqual(self.placement_adult.convention_id.template_id, newer)
        self.assertNotIn("Objet nouveau", text)
        self.assertIn("Objet nouveau", self.placement_adult.convention_id.version_id.content)
        # made again, the first one takes the wording in force
        self.make(self.placement)
        self.assertEqual(convention.version_id.template_id, newer)

    def test_missing_mentions_are_seen(self):
        own = self.national._next_version(self.school_a, deliberation_date=self.today)
        own.article_ids.filtered(lambda a: a.number == 20).unlink()
        self.assertEqual(own.missing_mention_count, 1)
        self.assertIn("no article says it", own.mention_check)
        convention = self.make(self.placement)
        self.assertEqual(convention._missing_mentions(), [12])

    def test_yearly_hours_are_a_mention(self):
        self.training_a.hours = 0
        convention = self.make(self.placement)
        self.assertEqual(convention._missing_mentions(), [1])

    def test_observation_is_outside_of_d124_4(self):
        template = self.env.ref("bde_pfmp.template_observation")
        self.assertFalse(template.mention_check)

    def test_article_without_text_or_twice(self):
        own = self.national._next_version(self.school_a)
        with self.assertRaises(ValidationError):
            own.article_ids[0].body = "<p><br></p>"
        with self.assertRaises(ValidationError):
            own.article_ids[0].number = 2
            own._check_numbers()

    def test_wording_is_sanitized(self):
        own = self.national._next_version(self.school_a, deliberation_date=self.today)
        own.article_ids[0].body = "<p>Objet</p><script>alert(1)</script><p onclick='x()'>b</p>"
        content = self.make(self.placement).version_id.content
        self.assertNotIn("script", content)
        self.assertNotIn("onclick", content)

    def test_reading(self):
        self.assertIn("Article 21 – Attestation", self.national.reading)


@tagged("post_install", "-at_install")
class TestTemplateRoles(TemplateCase):
    def test_staff_reads_head_keeps_the_schools(self):
        own = self.national._next_version(self.school_a, deliberation_date=self.today)
        for user in (self.teacher_a, self.manager_a, self.secretary_a):
            env = self.as_user(user)
            with self.subTest(user=user.login):
                self.assertIn(own, env["bde.document.template"].search([]))
                self.assertTrue(self.national.with_env(env).article_ids[0].body)
                with self.assertRaises(AccessError):
                    own.with_env(env).name = "X"
        head = self.as_user(self.head_a)
        own.with_env(head).article_ids[0].title = "Objet"
        with self.assertRaises(AccessError):
            self.national.with_env(head).name = "X"
        with self.assertRaises(AccessError):
            self.national.with_env(head).article_ids[0].title = "X"

    def test_head_makes_the_schools_own(self):
        action = self.national.with_env(self.as_user(self.head_a)).action_new_version()
        own = self.Template.browse(action["res_id"])
        self.assertEqual(own.company_id, self.school_a)
        self.assertEqual(own.origin_id, self.national)
        self.assertFalse(own.deliberation_date)

    def test_manager_makes_none(self):
        with self.assertRaises(AccessError):
            self.national.with_env(self.as_manager).action_new_version()

    def test_other_school_does_not_see_it(self):
        own = self.national._next_version(self.school_a, deliberation_date=self.today)
        env = self.as_user(self.head_b)
        self.assertNotIn(own, env["bde.document.template"].search([]))
        with self.assertRaises(AccessError):
            own.with_env(env).read(["name"])
        with self.assertRaises(AccessError):
            own.with_env(env).action_new_version()

    def test_wording_of_another_school_is_not_taken(self):
        own = self.national._next_version(self.school_b, deliberation_date=self.today)
        convention = self.make(self.placement).with_env(self.as_manager)
        with self.assertRaises(ValidationError):
            convention.template_id = own

    def test_pictures_are_nobodys(self):
        self.school_a.logo = self.logo((1, 2, 3))
        self.assertTrue(self.school_a._bde_logo_digest())
        for user in (self.head_a, self.manager_a, self.bde_admin):
            with self.assertRaises(AccessError):
                self.as_user(user)["bde.document.asset"].search([])


@tagged("post_install", "-at_install")
class TestTemplatePreview(TemplateCase):
    def test_sample_and_real(self):
        html = self.env["bde.convention"]._page(self.national._preview_content())
        self.assertIn("MARTIN Léa", html)
        self.assertIn("Aperçu sans valeur", html)
        content = self.national._preview_content(self.placement)
        self.assertEqual(content["student"]["name"], "DUPONT Aline")
        self.assertFalse(self.placement.convention_id, "nothing is kept")
        html = self.env["bde.convention"]._page(content, company=self.school_a)
        self.assertIn("DUPONT Aline", html)
        self.assertNotIn('class="qr"', html)
        content = self.make(self.placement).sudo().version_id._content()
        self.assertNotIn("Aperçu", self.env["bde.convention"]._page(content))


@tagged("post_install", "-at_install")
class TestPages(ConventionCase, HttpCase):
    def test_preview(self):
        template = self.env.ref("bde_pfmp.template_bts")
        national = self.env["bde.document.template"].search(
            [("company_id", "=", self.academy.id), ("kind", "=", "bts")]
        )
        self.authenticate("manager_a", "manager_a")
        response = self.url_open(f"/bde/template/{national.id}/preview")
        self.assertEqual(response.status_code, 200)
        self.assertTrue(response.content.startswith(b"%PDF-"))
        response = self.url_open(
            f"/bde/template/{national.id}/preview?placement_id={self.placement.id}"
        )
        self.assertTrue(response.content.startswith(b"%PDF-"))
        self.assertIn(self.url_open("/bde/template/999999/preview").status_code, (403, 404))
        # the library of another académie, and a placement of another school
        with mute_logger("odoo.http"):
            response = self.url_open(f"/bde/template/{template.id}/preview")
            self.assertEqual(response.status_code, 403)
            self.authenticate("manager_b", "manager_b")
            response = self.url_open(
                f"/bde/template/{national.id}/preview?placement_id={self.placement.id}"
            )
            self.assertEqual(response.status_code, 403)

    def test_nobody_without_a_session(self):
        response = self.url_open("/bde/attestations?ids=1", allow_redirects=False)
        self.assertEqual(response.status_code, 303)
