"""What must have become of the database that ``fill_19_0_5.py`` filled in version 19.0.5.0.0."""

from datetime import date

import pytest

from odoo.exceptions import AccessError

from tools.database import manifest
from tools.paths import our_modules

CURIE, MONGE = "Lycée Curie", "Lycée Monge"
TAX_MODELS = (
    "bde.tax.campaign", "bde.tax.target", "bde.pledge", "bde.tax.receipt", "bde.tax.letter",
    "bde.tax.answer", "bde.tax.gift", "bde.tax.use", "bde.tax.picture", "bde.tax.import.line",
    "bde.tax.step",
)  # fmt: skip
# company: state, stage, reason, answer, promised, received, estimate, thanked; in euros
TARGETS = {
    (CURIE, "Menuiserie Duval"): (
        "kept", "received", False, "will", 1200.50, 1200.50, 360.0, date(2025, 7, 15),
    ),
    (CURIE, "Vernis Aquitaine"): ("kept", "received", False, False, 800, 300, 8733.41, False),
    (CURIE, "Scierie Lame"): ("kept", "promised", False, False, 0, 0, 564.07, False),
    (CURIE, "Ébénisterie Vogel"): ("left_out", "targeted", "exempt", False, 0, 0, 0, False),
    (MONGE, "Menuiserie Duval"): ("kept", "promised", False, False, 77, 0, 1342.11, False),
}  # fmt: skip
JOBS = ("follow_leavers", "alumni_majority", "alumni_forget", "alumni_contacts", "portraits_end",
        "alumni_figures", "leaver_plus", "leaver_rounds", "alumni_letters", "alumni_waves",
        "expire_offers", "mentor_requests")  # fmt: skip


@pytest.fixture
def school(env):
    def find(name):
        return env["res.company"].search([("name", "=", name)])

    return find


@pytest.fixture
def as_user(env):
    """Environment of somebody of the cast, signed in at his school."""

    def sign_in(login):
        user = env["res.users"].search([("login", "=", login)])
        context = {"allowed_company_ids": user.company_ids.ids}
        return env(user=user.id, su=False, context=context)

    return sign_in


def rows(records, *names):
    """Values of records as a set of tuples; of a record its name."""
    return {
        tuple(
            one[name].display_name if records._fields[name].relational else one[name]
            for name in names
        )
        for one in records
    }


def test_versions(env):
    for module in our_modules():
        found = env["ir.module.module"].search([("name", "=", module)])
        assert (found.state, found.latest_version) == ("installed", manifest(module)["version"])


# ------------------------------------------------------------
# The taxe d'apprentissage
# ------------------------------------------------------------


def test_campaigns(env):
    found = rows(
        env["bde.tax.campaign"].search([]),
        "company_id", "name", "year", "state", "target_amount", "user_id", "eligible_state",
    )  # fmt: skip
    name = "Taxe d'apprentissage"
    assert found == {
        (CURIE, f"{name} 2025", 2025, "running", 3000, "Manager C", "listed"),
        (MONGE, f"{name} 2025", 2025, "running", 0, "Manager M", "listed"),
        (CURIE, f"{name} 2026", 2026, "preparing", 3500, "Manager C", "unknown"),
    }


def test_companies_asked(env):
    fields = ("state", "stage", "left_out_reason", "answer", "promised_amount",
              "received_amount", "potential", "thanked_on")  # fmt: skip
    targets = env["bde.tax.target"].search([])
    found = {
        (one.company_id.name, one.partner_name): tuple(one[name] for name in fields)
        for one in targets
    }
    assert {key: tuple(value) for key, value in TARGETS.items()} == {
        key: (*value[:4], *(round(amount, 2) for amount in value[4:7]), value[7])
        for key, value in found.items()
    }
    assert all(one.campaign_state == "running" for one in targets)


def test_promises(env):
    found = rows(
        env["bde.pledge"].search([]),
        "company_id", "partner_id", "amount", "percent", "expected_amount", "channel", "said_by",
        "said_by_id", "cancelled_on", "state",
    )  # fmt: skip
    duval, lame = "Menuiserie Duval", "Scierie Lame"
    said = date(2025, 6, 10)
    assert found == {
        (CURIE, duval, 1200.50, 0, 1200.50, "link", False, f"{duval}, Luc Chiffre", False,
         "received"),
        (CURIE, "Vernis Aquitaine", 800, 0, 800, "call", False, "Vernis Aquitaine, Véra Laque",
         False, "partly"),
        (CURIE, lame, 0, 50, 0, "meeting", "Le gérant", False, False, "promised"),
        (CURIE, lame, 90, 0, 90, "call", "La comptable", False, said, "cancelled"),
        (MONGE, duval, 77, 0, 77, "call", False, False, False, "promised"),
    }  # fmt: skip


def test_money(env):
    receipts = env["bde.tax.receipt"].search([])
    assert rows(receipts, "partner_id", "amount", "transfer_on", "is_unexpected") == {
        ("Menuiserie Duval", 1200.50, date(2025, 7, 11), False),
        ("Vernis Aquitaine", 300, date(2025, 7, 11), False),
    }
    [export] = env["bde.tax.import"].search([])
    assert (export.state, export.total_received, export.total_open) == ("done", 1500.50, 90.10)
    lines = rows(export.line_ids, "status", "siret")
    assert lines == {
        ("new", "73282932000074"),
        ("new", "80314159700010"),
        ("unmatched", "44306184100047"),
    }


def test_the_gift_and_its_receipt(env):
    [gift] = env["bde.tax.gift"].search([])
    assert (gift.state, gift.number, gift.book_value) == ("issued", "0330994B-N2025-001", 4800)
    assert gift.with_context(bin_size=False).pdf


def test_letters_their_links_and_the_answer(env):
    letters = env["bde.tax.letter"].search([])
    assert rows(letters, "email_normalized", "state", "kind", "date") == {
        ("luc@duval.example", "sent", "first", date(2025, 6, 10)),
        ("vera@vernis.example", "sent", "first", date(2025, 6, 10)),
    }
    [answer] = env["bde.tax.answer"].search([])
    assert (answer.kind, answer.amount, answer.remark, answer.is_last) == (
        "will",
        1200.50,
        "Pour la menuiserie",
        True,
    )
    links = env["bde.link"].search([("purpose", "in", ("tax", "tax_thanks", "optout"))])
    counted = {purpose: len(found) for purpose, found in links.grouped("purpose").items()}
    assert counted == {"tax": 3, "tax_thanks": 1, "optout": 2}
    assert not any(links.mapped("revoked"))


def test_what_the_money_bought_is_still_shown(env):
    [use] = env["bde.tax.use"].search([])
    assert (use.name, use.amount, use.cover_id) == ("Perceuse à colonne", 900, use.picture_ids)
    assert use.cover_id.checked and use.cover_id.caption == "Atelier"


def test_the_window_that_moved(env):
    changes = env["bde.tax.window.change"].search([])
    assert rows(changes, "old_from", "new_from", "new_to", "source") == {
        (False, date(2026, 5, 25), date(2026, 6, 26), "Arrêté du 2 mars 2026"),
        (date(2026, 5, 25), date(2026, 6, 1), date(2026, 7, 3), "Arrêté du 9 avril 2026"),
    }
    steps = env["bde.tax.step"].search([])
    assert len(steps) == 7 and set(steps.mapped("state")) == {"planned"}


@pytest.mark.parametrize("model", TAX_MODELS)
def test_a_neighbour_reads_nothing_of_the_tax(env, as_user, school, model):
    """Both schools ask one company; each reads its own."""
    for login, mine in (("manager_c", CURIE), ("manager_m", MONGE)):
        own = env[model].search([("company_id", "=", school(mine).id)])
        assert as_user(login)[model].search([]).ids == own.ids, login
        others = env[model].search([]) - own
        if others:
            with pytest.raises(AccessError):
                others.with_env(as_user(login)).check_access("read")


def test_a_promise_goes_on_after_the_upgrade(as_user):
    """Figures of a company and of the campaign follow a new word, as before."""
    office = as_user("secretary_c")
    target = office["bde.tax.target"].search([("partner_name", "=", "Scierie Lame")])
    target.campaign_id._pledge(target.relation_id, {"amount": 120, "said_by": "Le gérant"})
    assert target.promised_amount == 120
    states = target.campaign_id.pledge_ids.filtered(lambda one: one.said_by == "Le gérant")
    assert sorted(states.mapped("state")) == ["cancelled", "promised"]


# ------------------------------------------------------------
# Events and surveys of core, which ours stand on now
# ------------------------------------------------------------


def test_every_event_has_a_school(env, school):
    """One of nobody is of the instance's own company, where no school reads it."""
    first = env["res.company"].search([], order="id", limit=1)
    events = env["event.event"].search([])
    assert rows(events, "name", "company_id", "bde_kind") == {
        ("Forum de tous", first.name, "other"),
        ("Portes ouvertes de Curie", CURIE, "other"),
    }
    assert rows(env["event.registration"].search([]), "name", "company_id", "state") == {
        ("Paul", first.name, "open"),
        ("Virginie", CURIE, "open"),
    }
    assert not first.bde_kind and first != school(CURIE)


def test_core_writes_to_nobody_about_an_event(env):
    """The letters that it had planned are gone: a school writes its own."""
    assert not env["event.mail"].search([])


def test_events_are_of_one_school(as_user):
    for login, names in (("manager_c", ["Portes ouvertes de Curie"]), ("manager_m", [])):
        user = as_user(login)
        assert user["event.event"].search([]).mapped("name") == names, login
        assert len(user["event.registration"].search([])) == len(names), login
    for login in ("teacher_c", "school_life_c", "intendance_c"):
        for model in ("event.event", "event.registration"):
            with pytest.raises(AccessError):
                as_user(login)[model].search([])


def test_core_rules_on_events_are_flat(env):
    """They belong to core, which never updates them: ours did."""
    for name in ("event_event_company_rule", "event_registration_company_rule"):
        assert env.ref(f"event.{name}").domain_force == "[('company_id', 'in', company_ids)]"


def test_surveys_of_core_are_kept_and_read_by_no_school(env, as_user):
    [survey] = env["survey.survey"].search([("title", "=", "Cantine")])
    [answer] = survey.user_input_ids
    assert (answer.state, answer.email, answer.company_id) == (
        "done",
        "paul@visit.example",
        env["res.company"],
    )
    assert answer.user_input_line_ids.value_char_box == "Des crêpes"
    assert not survey.question_ids.bde_code
    for login in ("teacher_c", "secretary_c", "manager_c", "head_c", "correspondent"):
        for model in ("survey.survey", "survey.question", "survey.user_input"):
            with pytest.raises(AccessError):
                as_user(login)[model].search([])
    # the administrator of the instance goes on reading his
    admin = env.ref("base.user_admin")
    assert answer.with_user(admin).email == "paul@visit.example"


@pytest.mark.parametrize("model", ["gamification.badge", "gamification.goal", "barcode.rule"])
def test_what_came_with_core_is_granted_to_nobody(as_user, model):
    for login in ("secretary_c", "manager_c", "head_c"):
        with pytest.raises(AccessError):
            as_user(login)[model].check_access("read")


# ------------------------------------------------------------
# What issue 7 needs in a school that was there before
# ------------------------------------------------------------


def test_the_survey_and_the_jobs_are_there(env):
    survey = env.ref("bde_alumni.survey_insertion")
    assert survey.question_ids.mapped("bde_code")[:2] == ["situation", "place"]
    situation = env.ref("bde_alumni.survey_situation")
    assert situation.suggested_answer_ids.mapped("bde_code") == [
        "job", "apprenticeship", "study", "looking", "other",
    ]  # fmt: skip
    for job in JOBS:
        assert env.ref(f"bde_alumni.cron_{job}").active, job
    assert not env.ref("gamification.ir_cron_check_challenge").active


def test_the_academy_has_its_letters_and_days(env, school):
    """Letters of the tax are where they stood; days and delays hold without a line typed."""
    academy = env["res.company"].search([("bde_kind", "=", "academy")])
    words = env["bde.tax.letter.model"].search([("company_id", "=", academy.id)])
    assert set(words.mapped("kind")) == {"first", "reminder", "last", "accountant", "thanks"}
    Retention = env["bde.retention"]
    assert [Retention._months(school(CURIE), what) for what in ("contact", "record")] == [24, 60]
    june = env["bde.leaver.round"].create(
        {"company_id": school(CURIE).id, "cohort": 2027, "month": "06"}
    )
    assert june.date == date(2027, 6, 8)


@pytest.mark.parametrize("login", ["secretary_c", "manager_c", "head_c"])
def test_the_bureau_finds_the_menu(env, as_user, login):
    menu = env.ref("bde_alumni.menu_alumni")
    assert menu.id in as_user(login)["ir.ui.menu"]._visible_menu_ids()


def test_final_classes_are_known(env):
    """From the MEF of the training: a new column, counted for classes that were there."""
    divisions = env["bde.division"].search([])
    assert rows(divisions, "name", "is_final_year") == {("TMA 26", True), ("TMA 27", True)}


def test_pupils_become_alumni(env, as_user, school):
    """Those who left before the upgrade too; the contact that was a pupil is proposed."""
    office = as_user("secretary_c")
    students = office["bde.student"].search([])
    alumni = students._make_alumni()
    found = rows(alumni, "lastname", "firstname", "cohort", "email", "birth_date")
    assert found == {
        ("Ancienne", "Zoé", 2026, "zoe@home.example", date(2007, 5, 5)),
        ("Reste", "Léo", 2027, "leo@home.example", date(2009, 5, 5)),
        ("Part", "Ana", 2027, "ana@home.example", date(2008, 5, 5)),
    }
    assert not as_user("manager_m")["bde.alumnus"].search([])
    [proposal] = env["bde.alumni.contact"]._find(school(CURIE))
    assert (proposal.partner_id.name, proposal.alumnus_id.firstname, proposal.reason) == (
        "Zoé Ancienne",
        "Zoé",
        "name",
    )


def test_the_letter_about_a_stay_is_not_written_again(env):
    """Its model stands on an engine of letters now."""
    [letter] = env["bde.stay.letter"].search([])
    assert (letter.kind, letter.channel, letter.bounce_reason, letter.signer_key) == (
        "page",
        "email",
        "full",
        "zoe@home.example",
    )
    assert letter.company_id.name == CURIE
    assert letter.placement_id.student_id.firstname == "Zoé"


def test_pages_of_companies_keep_name_and_town(env):
    relations = env["bde.relation"].search([("company_id.name", "=", CURIE)])
    assert rows(relations, "partner_name", "partner_city", "alumni_count") == {
        ("Menuiserie Duval", "Bordeaux", 0),
        ("Vernis Aquitaine", "Bordeaux", 0),
        ("Scierie Lame", "Bordeaux", 0),
        ("Ébénisterie Vogel", "Strasbourg", 0),
    }
