"""First part of the demonstration: the académie, its schools, their people and their files."""

import base64
import functools
from datetime import timedelta

from . import demo_pictures
from .demo_cast import (
    ACADEMY,
    ACADEMY_STAFF,
    PASSWORD,
)

ADMIN_LOGIN = ACADEMY_STAFF[0][1]


def academy_steps(world):
    """First steps: ``(name, text shown, function)``."""
    yield "academy", "L'académie, son année scolaire et ses administrateurs", lambda: academy(world)


def steps(world, bureau):
    """Steps of this part for a school: ``(name, text shown, function)``."""
    yield (
        f"school-{bureau.school.uai}",
        f"{bureau.school.name} : ouverture et équipe",
        lambda: school(world, bureau),
    )


def silent(act):
    """For acts whose mails were read long ago."""

    @functools.wraps(act)
    def silenced(world, *args):
        with world.silently():
            return act(world, *args)

    return silenced


@silent
def academy(world):
    """Odoo's administrator opens the académie; its administrator creates the year."""
    admin = world.env(user=world.env.ref("base.user_admin").id, su=False)
    wizard = admin["bde.school.create"].create(
        {
            "kind": "academy",
            "user_name": ACADEMY_STAFF[0][2],
            "user_email": ADMIN_LOGIN,
            **{key: value for key, value in ACADEMY.items() if key in _fields(admin)},
        }
    )
    wizard.action_create()
    open_accounts(world, [ADMIN_LOGIN])
    suite = world.as_user(ADMIN_LOGIN)
    for role, login, name in ACADEMY_STAFF[1:]:
        invite(suite, suite.company, role, [(login, name)], world.calendar.year[0])
        open_accounts(world, [login])
    suite["bde.school.year"].create(
        {
            "company_id": suite.company.id,
            "date_start": world.calendar.year[0],
            "date_end": world.calendar.year[1],
        }
    )
    _messages(world)


def _fields(env):
    return env["bde.school.create"]._fields


def _messages(world):
    """Text messages go through a mail gateway, which the mail catcher plays."""
    parameters = world.env["ir.config_parameter"]
    parameters.set_param("bde.sms_provider", "mail")
    parameters.set_param("bde.sms_mail_gateway", "%s@sms.bde.example")


@silent
def school(world, bureau):
    """The suite's administrator opens a school; its head invites the team and sets it up."""
    suite = world.as_user(ADMIN_LOGIN)
    facts = bureau.school
    _role, local, head_name = bureau.staff[0]
    head_login = bureau.login(local)
    suite["bde.school.create"].create(
        {
            "kind": "school",
            "name": facts.name,
            "uai": facts.uai,
            "street": facts.street,
            "zip": facts.zip,
            "city": facts.city,
            "phone": facts.phone,
            "bde_email": bureau.mail,
            "user_name": head_name,
            "user_email": head_login,
        }
    ).action_create()
    company = world.school(facts.uai)
    # the roles hold since the first day of the year: the past periods were theirs already
    world.env["bde.membership"].search(
        [("company_id", "=", company.id)]
    ).date_from = world.calendar.year[0]
    open_accounts(world, [head_login])
    head = world.as_user(head_login)
    for role in dict.fromkeys(role for role, _local, name in bureau.staff[1:] if name):
        people = [
            (bureau.login(local), name) for r, local, name in bureau.staff[1:] if r == role and name
        ]
        # they were there for the campaign of the tax that is over
        invite(head, head.company, role, people, world.calendar.year[0] - timedelta(days=730))
    open_accounts(world, [bureau.login(local) for _role, local, name in bureau.staff[1:] if name])
    _set_up(world, bureau, head)


def invite(env, company, role, people, date_from):
    """Invites people as the wizard of the team does."""
    env["bde.team.invite"].create(
        {
            "company_id": company.id,
            "role": role,
            "date_from": date_from,
            "line_ids": [(0, 0, {"email": login, "name": name}) for login, name in people],
        }
    ).action_invite()


def open_accounts(world, logins):
    """These people follow the link of their invitation and choose a password.

    The password is digested once for all of them: a digest costs a third of a second.
    """
    users = world.env["res.users"].search([("login", "in", logins)])
    users.write({"lang": "fr_FR", "tz": "Europe/Paris"})
    users.partner_id.signup_cancel()
    digest = users._crypt_context().hash(PASSWORD)
    for user in users:
        user._set_encrypted_password(user.id, digest)


def _set_up(world, bureau, head):
    """What the head fills in of the school; the certificate is one of the demonstration."""
    head.company.write(
        {
            "head_id": head.uid,
            "opening_hours": bureau.hours,
            "insurance_company": bureau.insurance[0],
            "insurance_policy": bureau.insurance[1],
            "logo": base64.b64encode(demo_pictures.logo(bureau.initials, bureau.color)),
            "bde_delegation_ids": [
                (
                    0,
                    0,
                    {
                        "user_id": world.user(bureau.login(local)).id,
                        "date_from": world.calendar.year[0],
                        "date_to": world.calendar.year[1],
                    },
                )
                for local in bureau.delegates
            ],
        }
    )
    world.school(bureau.school.uai)._bde_ensure_demo_certificate()
