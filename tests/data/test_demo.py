"""The demonstration's dates, plan and people, without a database."""

from datetime import date, timedelta

import pytest

from data import demo_activities, demo_calendar, demo_cast, demo_follow_plan, demo_plan
from data.schools import SCHOOLS
from tools.start import sign_ins

# zone A, 2026-2027, as published
HOLIDAYS = (
    (date(2026, 10, 17), date(2026, 11, 1)),
    (date(2026, 12, 19), date(2027, 1, 3)),
    (date(2027, 2, 13), date(2027, 2, 28)),
    (date(2027, 4, 10), date(2027, 4, 25)),
    (date(2027, 7, 3), date(2027, 8, 31)),
)
A_YEAR = [date(2026, 9, 1) + timedelta(days=day) for day in range(365)]


def periods(calendar):
    return (calendar.first_past, calendar.second_past, calendar.running, calendar.prepared)


def test_a_saturday_in_november():
    calendar = demo_calendar.build(date(2026, 11, 21), HOLIDAYS)
    assert calendar.year == (date(2026, 9, 1), date(2027, 8, 31))
    # two weeks only: a third one would begin before the school year
    assert calendar.first_past == (date(2026, 9, 7), date(2026, 9, 18))
    # the three weeks before the autumn holidays
    assert calendar.second_past == (date(2026, 9, 28), date(2026, 10, 16))
    assert calendar.running == (date(2026, 11, 9), date(2026, 12, 4))
    assert calendar.leaving == (date(2026, 11, 23), date(2026, 12, 11))
    # five weeks later there are three weeks left before Christmas: it begins after it
    assert calendar.prepared == (date(2027, 1, 4), date(2027, 1, 29))


@pytest.mark.parametrize("holidays", [(), HOLIDAYS], ids=["unknown", "known"])
def test_any_day_of_a_year(holidays):
    for today in A_YEAR:
        calendar = demo_calendar.build(today, holidays)
        first, second, running, prepared = periods(calendar)
        assert first[1] < second[0] and second[1] < running[0], today
        assert second[1] < today and running[0] <= today <= running[1] < prepared[0], today
        # a host is found five weeks before, and there is time to show it
        assert prepared[0] - today >= timedelta(days=28), today
        assert 1 <= (calendar.leaving[0] - today).days <= 7, today
        for start, end in (*periods(calendar), calendar.leaving):
            assert start.weekday() == 0 and end.weekday() == 4, today
            assert calendar.year[0] <= start and end <= calendar.year[1], today
        # the files of the State name the calendar year in which the school year begins
        assert calendar.year[0].year == (today.year if today.month >= 9 else today.year - 1), today


def test_periods_keep_out_of_known_holidays():
    for today in A_YEAR:
        calendar = demo_calendar.build(today, HOLIDAYS)
        for start, end in (calendar.first_past, calendar.second_past, calendar.prepared):
            assert not any(a <= end and start <= b for a, b in HOLIDAYS), (today, start)


def test_every_class_has_one_stay_at_most():
    known = {klass.code for school in SCHOOLS for klass in school.classes}
    used = [code for stay in demo_plan.STAYS for code in stay.classes]
    assert len(used) == len(set(used)) and set(used) <= known
    assert {stay.when for stay in demo_plan.STAYS} == {
        "first_past", "second_past", "running", "leaving", "prepared",
    }  # fmt: skip


def test_states_of_a_class():
    assert demo_plan.fates((("sheet", 2), ("signed", 1)), 5) == [
        "sheet", "sheet", "signed", "to_place", "to_place",
    ]  # fmt: skip
    assert demo_plan.fates((("sheet", 2),), 1) == ["sheet"]


def test_each_sign_in_is_somebody():
    staff = {
        bureau.login(local): name
        for bureau in demo_cast.BUREAUS
        for _role, local, name in bureau.staff
    } | {login: name for _role, login, name in demo_cast.ACADEMY_STAFF}
    accounts = sign_ins()
    assert len(accounts) == 15
    for _label, login, password in accounts:
        assert login in staff
        assert password == demo_cast.PASSWORD
    # one of each role signs in
    roles = {
        role
        for bureau in demo_cast.BUREAUS
        for role, local, _name in bureau.staff
        if bureau.login(local) in {login for _label, login, _password in accounts}
    }
    assert roles == {"head", "manager", "secretary", "teacher", "school_life", "intendance"}


def test_every_training_has_tasks_and_competences():
    for school in SCHOOLS:
        for klass in school.classes:
            rows = demo_activities.values(klass.mef)
            kinds = [row["kind"] for row in rows]
            assert kinds.count("task") >= 5 and kinds.count("competence") >= 3, klass.code
            names = [(row["kind"], row["name"]) for row in rows]
            assert len(names) == len(set(names)), klass.code


def _class_of(when):
    """The class of the first lycée whose stay is at that time."""
    [stay] = [s for s in demo_plan.STAYS if s.bureau is demo_plan.RIVES and s.when == when]
    [code] = stay.classes
    return stay, next(klass for klass in stay.bureau.school.classes if klass.code == code)


def test_what_happens_in_the_class_that_is_away():
    plan = demo_follow_plan
    stay, klass = _class_of("running")
    # each thing happens to somebody else, after those who have an amendment or an interruption
    places = [
        plan.NOT_ARRIVED, plan.ILL, plan.CONTESTED, plan.WATCHED, plan.HURT, *plan.CLAIMS,
    ]  # fmt: skip
    assert len(set(places)) == len(places) and min(places) > 4
    # one has no complete convention, one was broken off, the last ones have said nothing yet
    running = klass.size - stay.late - 1
    assert max(places) < running - max(plan.NOT_CALLED, plan.NOT_CONFIRMED)
    assert plan.WATCH.alert == "watch" and plan.WATCH.text
    assert {report.alert for report in (*plan.CALLS, *plan.VISITS, plan.FINAL)} == {"none"}
    assert {mood.mood for mood in (*plan.CALLS, *plan.VISITS, plan.WATCH)} == {"fine", "mixed"}
    # one page: the limits of the sheet for tutors
    for lines in plan.TUTOR_SHEET.values():
        assert 0 < len(lines) <= 12 and max(map(len, lines)) <= 160
    assert [cap[:2] for cap in plan.CAPS] == [("transport", "journey"), ("meals", "meal")]


def test_what_is_back_of_the_class_that_has_returned():
    plan = demo_follow_plan
    _stay, klass = _class_of("second_past")
    # most are there, some are waited for
    for missing in (
        plan.NOT_ATTESTED,
        plan.NOT_VISITED,
        plan.NOT_EVALUATED,
        plan.NOT_RATED,
    ):
        assert 0 < missing < klass.size / 4
    lacking = [*plan.NO_DECISION, *plan.NO_RIB, *plan.NO_ADDRESS]
    assert len(set(lacking)) == len(lacking)
    assert max(lacking) < klass.size - plan.NOT_ATTESTED
    assert all(0 < number < klass.size - plan.NOT_RATED for number in plan.WORDS)


def test_answers_of_pupils_differ_from_company_to_company():
    marks = [
        tuple(demo_follow_plan.mark(host, question) for question in range(7)) for host in range(12)
    ]
    assert {value for row in marks for value in row} == {2, 3, 4}
    assert len(set(marks)) > 3
