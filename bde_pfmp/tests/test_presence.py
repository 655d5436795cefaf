"""First day, weeks and absences, said on the page of a stay; who hears of it."""

from datetime import timedelta

from freezegun import freeze_time
from lxml import html

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..models.bde_placement_stay import StayError
from .test_stay import StayCase

HOST, TUTOR, PUPIL = frozenset({"host"}), frozenset({"tutor"}), frozenset({"student"})


class PresenceCase(StayCase):
    """The clock is at noon of the first day; ``day(n)`` is the n-th day of presence."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.days = sorted(cls.placement._slots_by_date())

    def setUp(self):
        super().setUp()
        self.stay = self.placement.sudo().with_company(self.school_a)

    def day(self, number):
        return self.days[number - 1]

    def at(self, number, hour=12):
        """The clock at an hour of winter of a day of presence."""
        return freeze_time(f"{self.day(number)} {hour - 1:02d}:00:00")

    def say(self, roles, do, **form):
        self.stay._stay_post_presence(roles, {"do": do, **form}, {}, {})

    def section(self, roles):
        return self.stay._presence_section(roles)

    def friday(self):
        """Number of the last day of presence of the first week, and its Monday."""
        monday, days = next(iter(self.stay._weeks_over(self.days[-1]).items()))
        return len(days), monday


@tagged("post_install", "-at_install")
class TestArrival(PresenceCase):
    def test_asked_on_the_first_day_until_somebody_answers(self):
        self.assertTrue(self.section(TUTOR)["asks_arrival"])
        self.assertFalse(self.section(PUPIL)["asks_arrival"])
        with freeze_time(f"{self.start - timedelta(days=1)} 12:00:00"):
            section = self.section(TUTOR)
            self.assertEqual((section["state"], section["asks_arrival"]), ("later", False))
        with freeze_time(f"{self.start + timedelta(days=6)} 12:00:00"):
            self.assertFalse(self.section(TUTOR)["asks_arrival"], "the weeks say it by then")
        self.say(HOST, "arrived")
        self.assertFalse(self.section(TUTOR)["asks_arrival"])
        self.assertEqual(self.stay.arrival, "arrived")
        self.assertEqual(self.stay.arrival_by, "Anne Duval")
        self.assertFalse(self.stay.absence_ids)

    def test_did_not_arrive_reaches_referent_and_bureau_at_once(self):
        letters = self.catch_mails()
        self.say(TUTOR, "missing")
        absence = self.stay.absence_ids
        self.assertEqual(
            (absence.date_from, absence.part, absence.state, absence.source, absence.is_arrival),
            (self.day(1), "day", "declared", "tutor", True),
        )
        readers = " ".join(letter["email_to"] for letter in letters)
        for address in ("teacher_a@", "manager_a@", self.school_a.bde_email):
            self.assertIn(address, readers)
        self.assertEqual(len(letters), 3, "each once")
        for letter in letters:
            self.assertNotIn("Dupont", letter["subject"].title(), "no name in a subject")
            self.assertIn("DUPONT Aline", str(letter["body_html"]))
        self.assertEqual(
            absence.activity_ids.user_id, self.manager_a | self.teacher_a, "a task for each"
        )
        for user in (self.manager_a, self.teacher_a):
            card = self.card(user, "Did not arrive")
            self.assertEqual(card["count"], 1)
        self.assertEqual(self.stay._days_done(self.day(1)).days, 0)

    def card(self, user, label):
        [card] = [c for c in self.as_user(user)["bde.home"]._home_cards() if c["label"] == label]
        return card

    def test_said_twice_is_once(self):
        letters = self.catch_mails()
        self.say(TUTOR, "missing")
        self.say(TUTOR, "missing")
        self.assertEqual(len(self.stay.absence_ids), 1)
        self.assertEqual(len(letters), 3)

    def test_comes_late_the_same_day(self):
        self.say(TUTOR, "missing")
        letters = self.catch_mails()
        self.say(TUTOR, "arrived")
        self.assertEqual(self.stay.absence_ids.state, "withdrawn")
        self.assertFalse(self.stay.absence_ids.activity_ids)
        self.assertEqual(len(letters), 3)
        self.assertEqual(self.stay._days_done(self.day(1)).days, 1)

    def test_comes_the_day_after(self):
        self.say(TUTOR, "missing")
        with self.at(2):
            self.say(TUTOR, "arrived")
            self.assertEqual(self.stay.arrival, "arrived")
            self.assertEqual(self.stay.absence_ids.state, "declared", "he was not there that day")
            self.assertEqual(self.card(self.manager_a, "Did not arrive")["count"], 0)

    def test_the_pupil_does_not_answer_for_the_company(self):
        with self.assertRaises(StayError):
            self.say(PUPIL, "arrived")
        self.assertFalse(self.stay.arrival)

    def test_noted_by_the_school(self):
        teacher = self.placement.with_env(self.as_user(self.teacher_a))
        self.assertTrue(teacher.may_note_arrival)
        teacher.action_note_not_arrived()
        self.assertEqual(self.stay.arrival_by, "Teacher A")
        self.assertEqual(self.stay.absence_ids.source, "staff")
        teacher.action_note_arrived()
        self.assertEqual(self.stay.arrival, "arrived")
        reader = self.placement_adult.with_env(self.as_user(self.school_life_a))
        with self.assertRaises(AccessError):
            reader.action_note_arrived()
        with self.assertRaises(AccessError):
            teacher.write({"arrival": "missing"})

    def silent(self):
        """Who is listed: of whom nobody has heard, and who is missing."""
        Placement = self.as_user(self.manager_a)["bde.placement"]
        return [
            Placement.search(self.card(self.manager_a, label)["action"]["domain"]).mapped(
                "student_id.firstname"
            )
            for label in ("First days: no news yet", "Did not arrive")
        ]

    def test_listed_until_it_is_settled(self):
        last, monday = self.friday()
        self.assertEqual(self.silent(), [["Aline", "Boris", "Chloé"], []])
        self.say(TUTOR, "missing")
        with self.at(last + 4):
            self.assertEqual(self.silent(), [["Boris", "Chloé"], ["Aline"]], "a week is no answer")
            self.assertTrue(self.placement_adult.may_note_arrival)
            self.placement_adult.with_env(self.as_manager).action_note_arrived()
            self.assertEqual(self.silent(), [["Chloé"], ["Aline"]])
            self.env["bde.visit"].create(
                {
                    "placement_id": self.placement_ase.id,
                    "teacher_id": self.prof_a.id,
                    "kind": "call",
                    "state": "done",
                    "done_on": self.day(2),
                }
            )
            self.assertEqual(self.silent(), [[], ["Aline"]], "the referent has heard of her")
        with freeze_time(f"{self.days[-1] + timedelta(days=1)} 12:00:00"):
            self.conventions.document_id._set_state("ended")
            self.assertEqual(self.silent(), [[], ["Aline"]])
            obstacles = self.placements._closing_obstacles()
            told = [one for one in obstacles[self.placement] if "did not arrive" in one]
            self.assertEqual(len(told), 1)
            self.assertFalse([one for one in obstacles[self.placement_adult] if one in told])
            self.placement.with_env(self.as_manager).action_note_arrived()
            self.assertEqual(self.silent(), [[], []])

    def test_who_is_missing_stands_first(self):
        self.placement_ase.sudo()._note_arrival(False, "staff", "Bureau")
        self.placement.sudo()._note_arrival(True, "staff", "Bureau")
        Placement = self.as_user(self.manager_a)["bde.placement"]
        mine = [("id", "in", self.placements.ids)]
        in_order = self.placement_ase + self.placement_adult + self.placement
        for order, expected in (("arrival", in_order), ("arrival desc", in_order[::-1])):
            self.assertEqual(Placement.search(mine, order=order).ids, expected.ids)
        groups = Placement.formatted_read_group(mine, ["arrival"], ["__count"], order="arrival")
        self.assertEqual({group["arrival"] for group in groups}, {"missing", False, "arrived"})

    def test_a_week_that_was_done_settles_it(self):
        last, monday = self.friday()
        self.say(TUTOR, "missing")
        with self.at(last, 17):
            self.say(PUPIL, "all", week=monday.isoformat())
            self.assertEqual(self.stay.arrival, "missing", "the pupil does not answer for them")
            self.say(TUTOR, "all", week=monday.isoformat())
        self.assertEqual((self.stay.arrival, self.stay.arrival_by), ("arrived", "Yves Rabot"))
        self.assertFalse(self.stay.absence_ids.activity_ids)
        self.assertEqual(self.stay._days_done(self.day(last)).days, last - 1)

    def test_a_week_of_absence_settles_nothing(self):
        last, monday = self.friday()
        parts = {f"part_{self.day(number)}": "day" for number in range(2, last + 1)}
        self.say(TUTOR, "missing")
        with self.at(last, 17):
            self.say(TUTOR, "missed", week=monday.isoformat(), **parts)
        self.assertEqual(self.stay.arrival, "missing")
        self.assertEqual(self.stay._days_done(self.day(last)).days, 0)


@tagged("post_install", "-at_install")
class TestSilence(PresenceCase):
    """Nobody answers on the first day: the referent and the bureau hear of it in the morning."""

    def remind(self):
        """Pupils who were told, by the job of the hour."""
        told = self.school()._remind_of_silence(self.school_a)
        return told.mapped("student_id.firstname")

    def test_one_digest_a_person_and_morning(self):
        self.placement.referent_id = self.prof_a
        (self.placement_adult + self.placement_ase).referent_id = False
        letters = self.catch_mails()
        with self.at(1, 9):
            self.assertEqual(self.remind(), [], "tutors were asked an hour ago")
        with self.at(1, 10):
            self.assertEqual(self.remind(), ["Aline", "Boris", "Chloé"])
            self.assertEqual(self.remind(), [], "told today")
        bodies = {letter["email_to"]: str(letter["body_html"]) for letter in letters}
        self.assertEqual(len(letters), len(bodies), "one letter a person, not one a pupil")
        self.assertEqual(len(letters), 3)
        for address, body in bodies.items():
            whole = "teacher_a@" not in address
            self.assertIn("DUPONT Aline", body)
            self.assertEqual("DUPONT Boris" in body, whole, address)
        for letter in letters:
            self.assertNotIn("Dupont", letter["subject"].title(), "no name in a subject")
        self.say(TUTOR, "arrived")
        with self.at(2, 10):
            self.assertEqual(self.remind(), ["Boris", "Chloé"])
        with freeze_time(f"{self.start + timedelta(days=5)} 12:00:00"):
            self.assertEqual(self.remind(), [], "no day of presence")
        with self.at(7, 10):
            self.assertEqual(self.remind(), [], "the list keeps them")

    def test_a_pupil_held_at_school_is_not_waited_for(self):
        self.env["bde.departure"].create(
            {
                "placement_id": self.placement.id,
                "company_id": self.school_a.id,
                "school_year_id": self.placement.school_year_id.id,
                "decision": "hold",
                "reason": "-",
                "decided_by_id": self.head_a.id,
            }
        )
        self.assertEqual(self.remind(), ["Boris", "Chloé"])
        self.assertFalse(self.section(TUTOR)["asks_arrival"])

    def test_the_hour_is_the_school_s(self):
        self.school_a.bde_tz = "America/Martinique"
        with freeze_time(f"{self.day(1)} 12:30:00"):  # half past eight there
            self.assertEqual(self.remind(), [])
        with freeze_time(f"{self.day(1)} 14:30:00"):
            self.assertEqual(len(self.remind()), 3)

    def test_told_by_the_job_though_the_letters_fail(self):
        letters = self.catch_mails()
        self.patch(type(self.env["bde.stay"]), "_asks", lambda *_args: 1 / 0)
        with mute_logger("odoo.addons.bde_pfmp.models.bde_stay"):
            self.school()._write_school_apart(self.school_a)
        self.assertEqual(self.placement.arrival_reminded_on, self.start)
        self.assertTrue(letters)

    def test_constant_queries(self):
        counts = []
        for pupils in (self.placements, self.placements[:1], self.placements):
            (self.placements - pupils).sudo().active = False
            self.placements.sudo().arrival_reminded_on = False
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(len(self.remind()), len(pupils))
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.placements.sudo().active = True
        # the first one fills what a worker keeps
        self.assertEqual(*counts[1:])


@tagged("post_install", "-at_install")
class TestWeeks(PresenceCase):
    def test_a_week_in_one_tap(self):
        last, monday = self.friday()
        with self.at(last - 1):
            self.assertEqual(self.section(TUTOR)["weeks"], [], "not over yet")
            with self.assertRaises(StayError):
                self.say(TUTOR, "all", week=monday.isoformat())
        with self.at(last, 17):
            [week] = self.section(TUTOR)["weeks"]
            self.assertEqual(week["monday"], monday.isoformat())
            self.assertEqual(len(week["days"]), last)
            self.say(TUTOR, "all", week=week["monday"])
            self.say(TUTOR, "all", week=week["monday"])
            rows = self.stay.presence_week_ids
            self.assertEqual(
                [(r.monday, r.by, r.name) for r in rows], [(monday, "tutor", "Yves Rabot")]
            )
            self.assertEqual(self.section(TUTOR)["weeks"], [])
            self.assertEqual(self.section(HOST)["weeks"], [], "boss and tutor are one side")
            self.assertEqual(len(self.section(PUPIL)["weeks"]), 1)
            self.assertEqual(self.stay._days_done(self.day(last)).days, last)

    def test_days_that_were_missed(self):
        last, monday = self.friday()
        form = {
            "week": monday.isoformat(),
            f"part_{self.day(2)}": "day",
            f"part_{self.day(3)}": "h2",
            "reason": "illness",
        }
        with self.at(last, 17):
            for _twice in range(2):
                self.say(TUTOR, "missed", **form)
            self.assertEqual(
                [
                    (a.date_from, a.part, a.minutes, a.reason)
                    for a in self.stay.absence_ids.sorted("date_from")
                ],
                [
                    (self.day(2), "day", 0, "illness"),
                    (self.day(3), "hours", 120, "illness"),
                ],
            )
            done = self.stay._days_done(self.day(last))
            self.assertEqual(done, (last - 1, last * 420 - 420 - 120))

    def test_none_chosen(self):
        last, monday = self.friday()
        with self.at(last, 17), self.assertRaises(StayError) as caught:
            self.say(TUTOR, "missed", week=monday.isoformat())
        self.assertIn(f"part_{self.day(1)}", caught.exception.fields)
        self.assertFalse(self.stay.presence_week_ids)

    def test_the_other_side_confirms(self):
        last, monday = self.friday()
        self.say(PUPIL, "absence", date_from=self.day(2).isoformat(), reason="family")
        self.assertEqual(self.stay.absence_ids.state, "declared")
        with self.at(last, 17):
            [week] = self.section(TUTOR)["weeks"]
            self.assertTrue(week["absent"])
            self.assertEqual(len(week["days"]), last - 1)
            self.say(TUTOR, "all", week=week["monday"])
        self.assertEqual(self.stay.absence_ids.state, "confirmed")

    def test_the_same_absence_from_both_sides_is_one(self):
        self.say(PUPIL, "absence", date_from=self.day(2).isoformat())
        self.say(HOST, "absence", date_from=self.day(2).isoformat())
        self.assertEqual(self.stay.absence_ids.mapped("state"), ["confirmed"])

    def test_days_over_the_calendar(self):
        for first, last in (
            (self.start - timedelta(days=3), ""),
            (self.days[-1] + timedelta(days=10), ""),
            (self.start + timedelta(days=5), ""),
            (self.day(3), self.day(2).isoformat()),
        ):
            with self.subTest(first=first), self.assertRaises(StayError) as caught:
                self.say(TUTOR, "absence", date_from=first.isoformat(), date_to=last)
            self.assertTrue(caught.exception.fields["date_from"])
        for text in ("", "tomorrow", "2026-02-31"):
            with self.subTest(text=text), self.assertRaises(StayError):
                self.say(TUTOR, "absence", date_from=text)
        self.assertFalse(self.stay.absence_ids)

    def test_contested(self):
        self.say(TUTOR, "absence", date_from=self.day(2).isoformat())
        absence = self.stay.absence_ids
        [mine] = self.section(TUTOR)["absences"]
        self.assertEqual((mine["may_withdraw"], mine["may_contest"]), (True, False))
        [theirs] = self.section(PUPIL)["absences"]
        self.assertEqual((theirs["may_withdraw"], theirs["may_contest"]), (False, True))
        for _twice in range(2):
            self.say(PUPIL, f"contest-{absence.id}", note="J'étais à l'atelier")
        self.assertEqual(absence.state, "contested")
        self.assertEqual(absence.contest_note, "DUPONT Aline: J'étais à l'atelier")
        self.assertEqual(absence.activity_ids.user_id, self.manager_a)
        self.assertEqual(self.stay._days_done().days, self.stay.presence_days)
        absence.with_env(self.as_manager).action_withdraw()
        self.assertFalse(absence.activity_ids)
        with self.assertRaises(StayError):
            self.say(TUTOR, f"withdraw-{absence.id}")

    def test_taken_back(self):
        self.say(TUTOR, "absence", date_from=self.day(2).isoformat())
        absence = self.stay.absence_ids
        with self.assertRaises(StayError):
            self.say(PUPIL, f"withdraw-{absence.id}")
        self.say(TUTOR, f"withdraw-{absence.id}")
        self.assertEqual(absence.state, "withdrawn")

    def test_an_absence_of_another_stay(self):
        other = self.env["bde.absence"].create(
            {"placement_id": self.placement_adult.id, "date_from": self.day(2)}
        )
        with self.assertRaises(StayError):
            self.say(TUTOR, f"contest-{other.id}")
        self.assertEqual(other.state, "confirmed")

    def test_nothing_after_the_attestation(self):
        self.convention.document_id._set_state("attested")
        self.assertEqual(self.section(TUTOR)["state"], "info")
        with self.assertRaises(StayError):
            self.say(TUTOR, "absence", date_from=self.day(2).isoformat())

    def test_the_school_confirms_for_them(self):
        last, monday = self.friday()
        with self.at(last, 18):
            self.placement.with_env(self.as_manager).action_confirm_weeks()
            self.assertEqual(self.stay.presence_week_ids.mapped("by"), ["staff"])
            self.assertEqual(self.section(TUTOR)["weeks"], [])
        with self.assertRaises(AccessError):
            self.placement.with_env(self.as_user(self.school_life_a)).action_confirm_weeks()


@tagged("post_install", "-at_install")
class TestPresenceLetters(PresenceCase):
    def asks(self):
        company = self.school_a
        asks = self.school()._presence_asks(company, company._bde_today())
        return sorted(
            (a.placement.student_id.firstname, a.role, a.kind) for a in asks if a.role != "student"
        )

    def test_the_pupil_gets_his_page_once(self):
        letters = self.catch_mails()
        school = self.school()
        for _twice in range(2):
            asks = school._presence_asks(self.school_a, self.start)
            school._write([ask for ask in asks if ask.role == "student"])
        self.assertEqual(len(letters), 3)
        late = school._presence_asks(self.school_a, self.start + timedelta(days=6))
        self.assertFalse([ask for ask in late if ask.role == "student"])

    def test_the_first_day_in_the_morning(self):
        with self.at(1, 8):
            self.assertEqual(
                self.asks(),
                [(name, "tutor", "first_day") for name in ("Aline", "Boris", "Chloé")],
            )
        self.say(TUTOR, "arrived")
        self.assertEqual(len(self.asks()), 2)
        with freeze_time(f"{self.start - timedelta(days=1)} 18:00:00"):
            self.assertEqual(self.asks(), [])

    def test_each_week_on_its_last_day_but_the_last(self):
        self.placements.sudo().arrival = "arrived"
        last, monday = self.friday()
        with self.at(last, 10):
            self.assertEqual(self.asks(), [], "the day has just begun")
        with self.at(last, 15):
            self.assertEqual(len(self.asks()), 3)
            self.assertEqual(self.asks()[0][2], f"week_{monday}")
            self.say(TUTOR, "all", week=monday.isoformat())
            self.assertEqual(len(self.asks()), 2)
        with freeze_time(f"{self.days[-1]} 16:00:00"):
            self.assertEqual(
                [kind for _n, _r, kind in self.asks() if self.days[-1].isoformat() in kind], []
            )
        with freeze_time(f"{self.days[-1] + timedelta(days=1)} 16:00:00"):
            self.assertEqual(self.asks(), [], "the last week is asked with the end")

    def test_no_tutor_is_asked_of_the_company(self):
        self.placement.with_context(bde_agreed=None).sudo()._write_agreed({"tutor_id": False})
        self.assertIn(("Aline", "host", "first_day"), self.asks())

    def test_one_letter_over_all_stays(self):
        letters = self.catch_mails()
        for _twice in range(2):
            self.school()._write(self.school()._presence_asks(self.school_a, self.start))
            self.assertEqual(len(letters), 4, "one for the tutor, one for each pupil")

    def test_constant_queries(self):
        counts = []
        for pupils in (self.placements[:1], self.placements):
            (self.placements - pupils).sudo().active = False
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.school()._presence_asks(self.school_a, self.start)
            counts.append(self.env.cr.sql_log_count - before)
            self.placements.sudo().active = True
        self.assertEqual(*counts)


@tagged("post_install", "-at_install")
class TestPresencePage(PresenceCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.authenticate(None, None)
        _link, self.path = self.link(self.tutor)
        self.page = f"{self.path}/{self.convention.uuid}"

    def test_one_tap(self):
        page = html.fromstring(self.url_open(self.page).text)
        labels = [b.get("value") for b in page.xpath("//*[@id='presence']//button")]
        self.assertEqual(labels[:2], ["arrived", "missing"])
        response = self.url_open(
            f"{self.page}/presence", data={"do": "missing"}, allow_redirects=False
        )
        self.assertEqual(response.status_code, 303)
        self.assertEqual(self.placement.arrival, "missing")
        page = html.fromstring(self.url_open(self.page).text)
        [again] = page.xpath("//*[@id='presence']//button[@value='arrived']")

    def test_what_was_typed_is_shown_again(self):
        response = self.url_open(
            f"{self.page}/presence",
            data={"do": "absence", "date_from": "2001-01-01", "note": "Chez le médecin"},
        )
        self.assertEqual(response.status_code, 422)
        page = html.fromstring(response.text)
        [day] = page.xpath("//input[@id='absence_from']")
        self.assertEqual((day.get("value"), day.get("aria-invalid")), ("2001-01-01", "true"))
        [note] = page.xpath("//input[@id='absence_note']")
        self.assertEqual(note.get("value"), "Chez le médecin")
        self.assertTrue(page.xpath("//p[@id='absence_error']"))

    def test_a_host_does_not_answer_for_another_s_trainee(self):
        stranger = self.new_contact(
            "Luc Autre", email="luc@other.example", bde_signatory=False, bde_tutor=True
        )
        for path in (self.link(stranger)[1], self.link(self.boris)[1]):
            response = self.url_open(
                f"{path}/{self.convention.uuid}/presence", data={"do": "missing"}
            )
            self.assertEqual(response.status_code, 404)
        self.assertFalse(self.placement.arrival)
        self.assertFalse(self.placement.absence_ids)

    def test_weeks_on_the_page(self):
        last, monday = self.friday()
        with self.at(last, 17):
            page = html.fromstring(self.url_open(self.page).text)
            [week] = page.xpath("//*[@id='presence']//input[@name='week']")
            self.assertEqual(week.get("value"), monday.isoformat())
            self.url_open(
                f"{self.page}/presence",
                data={"do": "missed", "week": week.get("value"), f"part_{self.day(2)}": "morning"},
            )
        self.assertEqual(self.placement.absence_ids.part, "morning")
        self.assertEqual(self.placement.presence_week_ids.monday, monday)
