from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .tax_answer_common import PARIS_NOON, TaxAnswerCase


@tagged("post_install", "-at_install")
class TestTaxAnswer(TaxAnswerCase):
    """What an answer changes, and what the bureau does about it."""

    def setUp(self):
        super().setUp()
        self.startPatcher(freeze_time(PARIS_NOON))
        self.link, _token = self.mint(self.target, self.anne)

    def take(self, kind, link=None, target=None, **more):
        answers = (link or self.link)._tax_take({target or self.target: self.values(kind, **more)})
        self.env.flush_all()
        return answers

    def tasks(self, answer):
        return answer.sudo().activity_ids

    # ------------------------------------------------------------
    # Links
    # ------------------------------------------------------------

    def test_links_are_unguessable_and_stored_as_digests(self):
        urls = (self.target | self.petit)._mint_links()
        self.assertEqual(set(urls), {self.target, self.petit})
        token = urls[self.target].rpartition("/")[2]
        self.assertIn("/bde/x/", urls[self.target])
        self.assertGreaterEqual(len(token), 43)
        link = self.env["bde.link"]._find(token, "tax")
        self.assertEqual((link.res_model, link.res_id), ("bde.tax.target", self.target.id))
        self.assertEqual((link.email, link.lang), ("anne@duval.example", "fr_FR"))
        self.assertNotIn(token, str(link.read()))
        self.assertFalse(self.env["bde.link"]._find(token, "optout"))

    def test_links_live_as_long_as_the_windows_and_some_weeks(self):
        # period 2 ends on 24 October, "rest" begins on 27 November
        self.assertEqual(
            str(self.link.expires_on)[:7], "2025-12" if self._has_rest() else "2025-11"
        )
        with freeze_time("2026-08-01"):
            link, _token = self.mint(self.target, self.anne)
            self.assertEqual(str(link.expires_on.date()), "2026-09-30", "sixty days at least")

    def _has_rest(self):
        return bool(self.window("rest").date_to)

    def test_minting_costs_the_same_for_many(self):
        many = self.petit | self.martin | self.roux | self.target
        self.target._mint_links()
        counts = []
        for targets in (self.target, many):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            targets._mint_links()
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(*counts)

    # ------------------------------------------------------------
    # What counts
    # ------------------------------------------------------------

    def test_a_promise(self):
        answer = self.take("will", amount=1200.5, course_id=self.course.id)
        self.assertEqual((answer.amount, answer.name), (1200.5, "Anne Duval"))
        self.assertEqual((self.target.answer, self.target.stage), ("will", "promised"))
        self.assertEqual(str(self.target.answered_on), "2025-06-10")
        [pledge] = self.pledges(self.target)
        self.assertEqual((pledge.amount, pledge.channel), (1200.5, "link"))
        self.assertEqual((pledge.said_by_id, pledge.course_id), (self.anne, self.course))
        self.assertEqual(pledge.window_id, self.window("period1"))
        self.assertFalse(answer.to_do, "nothing to do: nobody is disturbed")
        self.assertFalse(self.tasks(answer))
        self.assertEqual(answer.state, "new")

    def test_a_mailbox_that_two_people_share(self):
        """The letter named Anne: the promise is hers, not that of the tutor before her."""
        self.employer._bde_add_contact(
            self.school_a, {"name": "Alain Duval", "email": self.anne.email, "bde_tutor": True}
        )
        self.take("will", amount=100)
        [pledge] = self.pledges(self.target)
        self.assertEqual(pledge.said_by_id, self.anne)

    def test_the_newest_answer_counts_and_the_log_stays(self):
        first = self.take("will", percent=50.0)
        second = self.take("chosen", amount=800.0)
        third = self.take("no")
        self.assertEqual(self.said(self.target), third | second | first)
        self.assertEqual(self.said(self.target).mapped("is_last"), [True, False, False])
        self.assertEqual((first.state, second.state, third.state), ("replaced", "replaced", "new"))
        self.assertFalse(self.pledges(self.target))
        self.assertEqual((self.target.stage, self.target.answer), ("refused", "no"))
        self.take("will", amount=300.0)
        self.assertEqual(self.pledges(self.target).amount, 300)
        self.assertFalse(self.target.refused_on)
        self.assertEqual(self.target.promised_amount, 300)

    def test_the_same_answer_twice_is_once(self):
        self.take("will", amount=300.0, remark="Merci")
        self.assertFalse(self.take("will", amount=300.0, remark="Merci"))
        self.assertEqual(len(self.said(self.target)), 1)
        self.assertEqual(len(self.pledges(self.target)), 1)

    def test_same_reader_by_another_letter(self):
        """Each letter has its own link: the person is the same."""
        self.take("will", amount=300.0)
        link, _token = self.mint(self.target, self.anne)
        self.assertFalse(self.take("will", link, amount=300.0))
        self.take("will", link, amount=400.0)
        self.assertEqual(self.pledges(self.target).amount, 400)

    def test_another_person_of_the_company(self):
        """The newest word is that of the company: it is not promised twice."""
        self.take("will", amount=300.0)
        paul = self.employer._bde_add_contact(
            self.school_a, {"name": "Paul", "email": "paul@duval.example"}
        )
        link, _token = self.mint(self.target, paul)
        self.take("will", link, amount=500.0)
        self.assertEqual(self.pledges(self.target).amount, 500)
        self.assertEqual(self.target.promised_amount, 500)

    def test_which_window_a_promise_is_about(self):
        days = (
            ("2025-05-20", "will", "period1"),
            ("2025-06-10", "chosen", "period1"),
            ("2025-07-01", "will", "period2"),
            ("2025-07-01", "chosen", "period1"),
            ("2025-09-01", "will", "period2"),
            ("2025-11-15", "chosen", "period2"),
        )
        for day, kind, window in days:
            with self.subTest(day=day, kind=kind), freeze_time(f"{day} 10:00:00"):
                link, _token = self.mint(self.target, self.anne)
                self.assertEqual(link._tax_window(self.campaign, kind), self.window(window))
                self.assertEqual("will" in link._tax_kinds(self.campaign), day < "2025-11")

    def test_year_without_dates(self):
        self.tax_year.window_ids.write({"date_from": False, "date_to": False})
        self.take("will", amount=10.0)
        self.assertEqual(self.link._tax_moment(self.campaign)[0].state, "unknown")
        self.assertEqual(len(self.pledges(self.target)), 1)

    # ------------------------------------------------------------
    # Tasks
    # ------------------------------------------------------------

    def test_a_remark_is_a_task_once(self):
        answer = self.take("will", amount=10.0, remark="Rappelez-moi")
        [task] = self.tasks(answer)
        self.assertEqual((task.user_id, answer.to_do), (self.manager_a, True))
        self.assertNotIn("Rappelez", task.summary or "")
        again = self.take("will", amount=20.0, remark="Rappelez-moi")
        self.assertFalse(again.to_do)
        self.assertTrue(self.take("will", amount=20.0, remark="Et la classe ?").to_do)
        self.assertEqual(answer.state, "new", "what waits for somebody stays to be read")

    def test_task_goes_to_who_still_works_there(self):
        self.campaign.user_id = self.secretary_a
        self.assertEqual(self.tasks(self.take("no", remark="1")).user_id, self.secretary_a)
        membership = self.env["bde.membership"].search([("user_id", "=", self.secretary_a.id)])
        membership.date_to = "2025-06-01"
        self.env.registry.clear_cache()
        self.assertEqual(self.tasks(self.take("no", remark="2")).user_id, self.manager_a)

    def test_a_no_beside_a_promise_by_phone(self):
        self.campaign._pledge(self.relation, {"amount": 500.0, "said_by": "Le gérant"})
        answer = self.take("no")
        self.assertTrue(answer.to_do)
        self.assertEqual(len(self.tasks(answer)), 1)
        self.assertEqual(self.target.stage, "promised", "a person has to look first")

    def test_wrong_person(self):
        answer = self.take("wrong", other_name="Léa Petit", other_email="lea@duval.example")
        self.assertEqual(len(self.tasks(answer)), 1)
        self.assertEqual(self.target.answer, "wrong")
        people = self.relation.contact_ids
        self.assertEqual(people, self.anne, "strangers make no contact")
        as_manager = self.as_user(self.manager_a)["bde.tax.answer"].browse(answer.id)
        as_manager.action_make_contact()
        self.env.invalidate_all()
        lea = self.relation.contact_ids - people
        self.assertEqual(
            (lea.name, lea.email, lea.bde_tax), ("Léa Petit", "lea@duval.example", True)
        )
        self.assertEqual((lea.company_id, answer.contact_id), (self.school_a, lea))
        self.assertEqual(self.target.contact_id, lea)
        self.assertFalse(self.target.answered_on, "the right person was not asked yet")
        self.assertEqual((answer.state, answer.seen_by_id), ("seen", self.manager_a))
        self.assertFalse(self.tasks(answer))
        as_manager.action_make_contact()
        self.assertEqual(len(self.relation.contact_ids), 2, "twice is once")

    def test_nobody_was_named(self):
        answer = self.take("wrong")
        with self.assertRaises(UserError):
            self.as_user(self.manager_a)["bde.tax.answer"].browse(answer.id).action_make_contact()

    def test_wrong_person_takes_back_his_own_word_alone(self):
        self.take("will", amount=300.0)
        paul = self.employer._bde_add_contact(
            self.school_a, {"name": "Paul", "email": "paul@duval.example"}
        )
        link, _token = self.mint(self.target, paul)
        answer = self.take("wrong", link)
        self.assertFalse(answer.is_last)
        self.assertEqual((self.target.answer, self.target.stage), ("will", "promised"))
        self.take("wrong")
        self.assertEqual(self.target.answer, "wrong")
        self.assertFalse(self.pledges(self.target))

    def test_stranger_closes_his_links(self):
        other, _token = self.mint(self.target, self.anne)
        answer = self.take("wrong", is_stranger=True)
        self.assertTrue(answer.is_stranger)
        self.assertEqual((self.link.revoked, self.link.closed_by), (True, "not_me"))
        self.assertTrue(other.revoked, "all letters went to this address")

    # ------------------------------------------------------------
    # Accountants
    # ------------------------------------------------------------

    def test_an_accountant_speaks_for_the_clients_of_his_letter(self):
        letter = self.accountant_letter(self.petit | self.martin)
        link, _token = self.mint(letter, self.clara)
        self.assertEqual(link._tax_targets(), self.petit | self.martin)
        answers = link._tax_take(
            {self.petit: self.values("will", amount=80.0), self.martin: self.values("no")}
        )
        self.assertEqual(answers.mapped("by_accountant"), [True, True])
        pledge = self.pledges(self.petit)
        self.assertEqual((pledge.channel, pledge.said_by), ("accountant", "Clara Compte"))
        self.assertFalse(pledge.said_by_id, "no contact of this company")
        self.assertEqual(self.martin.answer, "no")
        self.martin.accountant_id = False
        self.assertEqual(link._tax_targets(), self.petit, "his client no more")

    def test_company_and_accountant_say_two_things(self):
        letter = self.accountant_letter(self.petit)
        by_clara, _token = self.mint(letter, self.clara)
        self.take("will", by_clara, self.petit, amount=80.0)
        itself, _token = self.mint(self.petit, self.petit.partner_id)
        self.take("will", itself, self.petit, amount=100.0)
        self.assertEqual(self.pledges(self.petit).amount, 100)
        [entry] = by_clara._tax_entries(self.petit)
        self.assertEqual((entry["own"].amount, entry["other"].amount), (80, 100))

    def test_not_his_client(self):
        letter = self.accountant_letter(self.petit)
        link, _token = self.mint(letter, self.clara)
        answer = self.take("wrong", link, self.petit)
        self.assertTrue(self.tasks(answer))
        self.assertFalse(self.petit.answered_on, "the company itself was not asked")
        self.as_user(self.manager_a)["bde.tax.answer"].browse(answer.id).action_drop_accountant()
        self.assertFalse(self.petit.accountant_id)
        self.assertEqual(answer.state, "seen")

    def test_a_letter_never_names_companies_of_another_school(self):
        letter = self.accountant_letter(self.petit)
        self.env.cr.execute(
            "INSERT INTO bde_tax_letter_target_rel (letter_id, target_id) VALUES (%s, %s)",
            (letter.id, self.target_b.id),
        )
        self.env.invalidate_all()
        link, _token = self.mint(letter, self.clara)
        self.assertEqual(link._tax_targets(), self.petit)

    # ------------------------------------------------------------
    # Staff
    # ------------------------------------------------------------

    def test_staff_read_and_do_not_rewrite(self):
        answer = self.take("will", amount=300.0)
        mine = self.as_user(self.secretary_a)["bde.tax.answer"].browse(answer.id)
        self.assertIn("300", mine.said)
        for vals in ({"amount": 1}, {"state": "seen"}, {"remark": "x"}, {"kind": "no"}):
            with self.subTest(vals), self.assertRaises(UserError):
                mine.write(vals)
        with self.assertRaises(AccessError):
            mine.unlink()
        with self.assertRaises(AccessError):
            mine.create({"target_id": self.target.id, "kind": "will"})
        mine.action_seen()
        self.assertEqual((answer.state, answer.seen_by_id), ("seen", self.secretary_a))
        self.assertEqual(mine.action_open_target()["res_id"], self.target.id)

    def test_how_much_in_words(self):
        said = {"amount": (300.0, "300"), "percent": (50.0, "50 %")}
        for name, (value, words) in said.items():
            answer = self.take("will", **{name: value})
            self.assertIn(words, answer.said)
            self.assertNotIn(".0 ", answer.said)
        self.assertFalse(self.take("no").said)

    def test_other_roles_and_schools_see_nothing(self):
        self.take("will", amount=300.0)
        for user in (self.teacher_a, self.intendance_a, self.correspondent, self.bde_admin):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.as_user(user)["bde.tax.answer"].search([])
        self.assertFalse(self.as_user(self.manager_b)["bde.tax.answer"].search([]))

    def test_unread_first(self):
        old = self.take("will", amount=300.0)
        old.sudo().action_seen()
        letter = self.accountant_letter(self.petit | self.martin)
        link, _token = self.mint(letter, self.clara)
        link._tax_take({self.petit: self.values("no"), self.martin: self.values("no")})
        first = self.as_user(self.manager_a)["bde.tax.answer"].search([])
        self.assertEqual(first.mapped("state"), ["new", "new", "seen"])

    def test_timeline(self):
        self.take("will", amount=300.0, remark="Pour la MELEC")
        entries = self.as_user(self.manager_a)["bde.timeline"]._timeline(
            self.relation.with_user(self.manager_a), axis="tax"
        )
        self.assertIn("Pour la MELEC", [entry["detail"] for entry in entries])

    def test_home_card_counts_what_its_list_shows(self):
        self.take("will", remark="?")
        env = self.as_user(self.secretary_a)
        sections = env["bde.home"].get_home()["sections"]
        cards = {card["label"]: card for section in sections.values() for card in section}
        self.assertEqual(cards["Answers about the tax to read"]["count"], 1)

    # ------------------------------------------------------------
    # Fresh links
    # ------------------------------------------------------------

    def test_fresh_link_goes_to_its_own_address(self):
        self.link.expires_on = "2025-06-01"
        self.anne.email = "other@duval.example"
        before = self.env["mail.mail"].search([])
        self.assertEqual(self.link._renew_tax(), "sent")
        mail = self.env["mail.mail"].search([]) - before
        self.assertEqual(mail.email_to, '"Anne Duval" <anne@duval.example>')
        self.assertIn("/bde/x/", mail.body_html)
        self.assertEqual(self.link._renew_tax(), "capped")

    def test_three_fresh_links_a_day(self):
        links = [self.mint(self.target, self.anne)[0] for _index in range(4)]
        self.assertEqual([link._renew_tax() for link in links], ["sent", "sent", "sent", "capped"])

    def test_no_fresh_link(self):
        self.link._close("school")
        self.assertEqual(self.link._renew_tax(), "closed")
        link, _token = self.mint(self.petit, self.petit.partner_id)
        self.assertFalse(link.email)
        self.assertEqual(link._renew_tax(), "nothing")
        link, _token = self.mint(self.target, self.anne)
        self.campaign.state = "closed"
        self.assertEqual(link._renew_tax(), "nothing")
