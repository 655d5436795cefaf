"""What a school's staff enters after the files are in: accounts of teachers, tasks, wording."""

from .demo_activities import values
from .demo_cast import BUREAUS, TWO_SCHOOLS
from .demo_schools import invite, open_accounts, silent
from .people import plain


@silent
def teachers(world, bureau):
    """Teachers who sign in: the manager enters their address, the head invites them.

    The first account is the head teacher of the school's first class in a running period.
    """
    manager = world.as_user(bureau.login("rbde"))
    wanted = [local for role, local, _name in bureau.staff if role == "teacher"]
    teachers_ = manager["bde.teacher"].search([("principal_division_ids", "!=", False)])
    order = {code: index for index, code in enumerate(bureau.first_classes)}
    teachers_ = teachers_.sorted(
        lambda t: min(order.get(name, 99) for name in t.principal_division_ids.mapped("name"))
    )
    people = []
    for teacher, local in zip(teachers_, wanted, strict=False):
        teacher.email = bureau.login(local)
        people.append((teacher.email, f"{teacher.firstname} {teacher.lastname.title()}"))
    head = world.as_user(bureau.login(bureau.staff[0][1]))
    invite(head, head.company, "teacher", people, world.calendar.year[0])
    open_accounts(world, [login for login, _name in people])


@silent
def second_role(world):
    """A teacher of one school who works in the bureau of another one."""
    login, uai, role = TWO_SCHOOLS
    bureau = next(bureau for bureau in BUREAUS if bureau.school.uai == uai)
    head = world.as_user(bureau.login(bureau.staff[0][1]))
    invite(head, head.company, role, [(login, "")], world.calendar.year[0])


def complete(world, bureau):
    """What the files do not say: a judgment, and addresses of the pupils who sign themselves.

    The export without addresses holds no e-mail of a pupil: the bureau asks those who need one.
    """
    # a minor whom the file gives as his own guardian: the head saw the judgment and notes it
    head = world.as_user(bureau.login(bureau.staff[0][1]))
    Student = head["bde.student"]
    judged = Student.search([("has_legal_guardian", "=", False), ("is_adult", "=", False)])
    judged.is_emancipated = True
    manager = world.as_user(bureau.login("rbde"))
    alone = manager["bde.student"].search(
        [
            ("email", "=", False),
            ("phone", "=", False),
            "|",
            ("is_adult", "=", True),
            ("is_emancipated", "=", True),
        ]
    )
    for pupil in alone:
        local = f"{plain(pupil.firstname)}.{plain(pupil.lastname)}"
        pupil.email = f"{local}@eleves.{bureau.domain}"


# Hours taught in a year, by length of the course and year in it: the last digits of the MEF.
YEARLY_HOURS = {"31": 900, "32": 840, "33": 780, "21": 812, "22": 754, "11": 754}


def activities(world, bureau):
    """The DDFPT's lists of tasks and competences, and the hours, entered by the manager."""
    env = world.as_user(bureau.login("rbde"))
    codes = {klass.mef: klass for klass in bureau.school.classes}
    rows = []
    for training in env["bde.training"].search([("mef", "in", list(codes))]):
        hours = YEARLY_HOURS[training.mef[-2:]]
        training.write({"code": codes[training.mef].code, "hours": hours})
        rows += [row | {"training_id": training.id} for row in values(training.mef)]
    env["bde.training.activity"].create(rows)


def wording(world, bureau):
    """The board adopts the school's own wording: the national one, with an article changed."""
    head = world.as_user(bureau.login(bureau.staff[0][1]))
    with world.at(world.calendar.year[0], 9):
        Template = head["bde.document.template"]
        handed_down = Template._template_for(head.company, "pfmp", "fr_FR", world.calendar.year[0])
        assert handed_down, "no template of convention is handed down"
        action = handed_down.action_new_version()
        own = Template.browse(action["res_id"])
        article = own.article_ids.filtered(lambda a: a.section == "follow_up")[:1]
        article = article or own.article_ids[-1:]
        article.body = article.body + f"<p>{bureau.wording}</p>"
        own.write(
            {
                "name": f"Convention de PFMP – {bureau.school.name}",
                "deliberation_date": world.calendar.year[0] - bureau.board_before_year,
            }
        )


def steps(world, bureau):
    """Steps of this part for a school: ``(name, text shown, function)``."""
    uai, name = bureau.school.uai, bureau.school.name
    yield f"teachers-{uai}", f"{name} : comptes des enseignants", lambda: teachers(world, bureau)
    yield f"pupils-{uai}", f"{name} : fiches à compléter", lambda: complete(world, bureau)
    yield (
        f"activities-{uai}",
        f"{name} : activités et compétences des formations",
        lambda: activities(world, bureau),
    )
    if bureau.wording:
        yield (
            f"wording-{uai}",
            f"{name} : rédaction votée par le conseil d'administration",
            lambda: wording(world, bureau),
        )
    if TWO_SCHOOLS[1] == uai:
        yield "second-role", "Une personne, deux établissements", lambda: second_role(world)
