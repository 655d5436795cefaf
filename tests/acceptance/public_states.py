"""One page of each kind that somebody without an account may meet, in a database of its own.

A step of ``tests/forked.py``, before the server of these pages begins. The cast is that of the
modules' own tests.
"""

from datetime import date, timedelta
from unittest.mock import patch

from . import public_alumni

# Adult pupils, one for each state of the signing page: each has a page of his own.
PUPILS = (
    "read", "code", "refused", "done", "correcting", "changed", "cancelled", "locked", "expired",
    "revoked", "not_me", "answered", "tablet", "tablet_done", "kept",
)  # fmt: skip
LATER = timedelta(hours=2)
TODAY = date.today()
CODE = "123456"  # every code that is sent here


def build(env):
    """{state: path}, records included."""
    # the tests' cast asks for no mail, and is what Odoo's own tests are: the superuser's
    world = _world(env(context={"lang": "fr_FR"}))
    paths = _Pages(world).all()
    env.cr.commit()
    return paths


def _world(env):
    """The class whose attributes are the records of ``ConventionCase``."""
    from odoo.tests import TransactionCase

    from odoo.addons.bde_pfmp.tests.convention_common import ConventionCase

    class World(ConventionCase):
        pass

    World.env = env
    # only the cast is wanted: no cursor, no rollback
    with patch.object(TransactionCase, "setUpClass", classmethod(lambda cls: None)):
        World.setUpClass()
    World.school_a.phone = "05 56 00 11 22"
    World.school_a.opening_hours = "Du lundi au vendredi, de 8 h à 17 h"
    World.school_a._bde_ensure_demo_certificate()
    return World


class _Pages:
    def __init__(self, world):
        self.world = world
        self.env = world.env
        self.manager = world.as_user(world.manager_a)
        self.paths = {}

    def all(self):
        with patch("odoo.addons.bde_partnerships.rules.secret.new_code", return_value=CODE):
            return self._all()

    def _all(self):
        self._send()
        self._change()
        self._sign_pages()
        self._families()
        self._in_person()
        self._others()
        self._stays()
        self._tax_pages()
        public_alumni.add(self.world, self.paths)
        return self.paths

    # ------------------------------------------------------------
    # Documents
    # ------------------------------------------------------------

    def _send(self):
        """A convention of each pupil, out for signature."""
        world = self.world
        year = world.year.date_start.year - 20
        pupils = {name: world.new_pupil(name.title(), world.division_a, year) for name in PUPILS}
        minor = world.new_pupil("Mineure", world.division_a, year + 3)
        guardians = self.env["bde.guardian"].create(
            [
                {
                    "lastname": "Dupont",
                    "firstname": name,
                    "email": f"{name.lower()}@family.example",
                    "company_id": world.school_a.id,
                }
                for name in ("Awa", "Brice")
            ]
        )
        self.env["bde.guardianship"].create(
            [
                {
                    "student_id": minor.id,
                    "guardian_id": guardian.id,
                    "legal_rank": rank,
                    "kinship": kinship,
                }
                for guardian, rank, kinship in zip(
                    guardians, "12", ("mother", "father"), strict=True
                )
            ]
        )
        everybody = [*pupils.values(), minor]
        placements = world.env["bde.placement"].union(
            *(world.new_placement(pupil, **world.complete_vals()) for pupil in everybody)
        )
        placements.with_env(self.manager).action_make_conventions()
        placements.convention_id.document_id.with_env(self.manager).action_send()
        self.documents = {
            name: placement.convention_id.document_id
            for name, placement in zip((*PUPILS, "minor"), placements, strict=True)
        }

    def _signature(self, name, role="student"):
        return self.documents[name].signature_ids.filtered(lambda s: s.role == role)[:1]

    def _change(self):
        """What the school and others did to some of them."""
        self._signature("done")._sign("typed", "Done Dupont")
        self._signature("kept")._sign("typed", "Kept Dupont")
        self._signature("refused")._refuse("Fermé le samedi")
        staff = {name: self.documents[name].with_env(self.manager) for name in self.documents}
        staff["cancelled"].action_cancel("Plus de place")
        staff["correcting"].action_correct("Les horaires")
        self._correct("changed", "schedule")
        self._correct("kept", "meals")
        self.env["bde.document.answer"]._record(
            "change", self._signature("answered"), {"text": "Fermé le lundi"}
        )

    def _correct(self, name, what):
        """Hours concern the pupil, who signs again; meals may not."""
        document = self.documents[name].with_env(self.manager)
        document.action_correct("Correction")
        placement = self.env[document.res_model].browse(document.res_id).placement_id
        if what == "schedule":
            placement.schedule = placement.schedule | {"sat": [["08:00", "10:00"]], "mon": []}
        else:
            placement.meals = "Restaurant de l’entreprise"
        document.action_send_correction()

    # ------------------------------------------------------------
    # Links
    # ------------------------------------------------------------

    def _link(self, signature, **values):
        values = self.env["bde.delivery"]._link_vals(signature, "email") | values
        [(link, token)] = self.env["bde.link"]._mint([values])
        return link, f"/bde/s/{token}"

    def _sign_pages(self):
        for name in PUPILS:
            if not name.startswith("tablet"):
                _link, self.paths[f"sign_{name}"] = self._link(self._signature(name))
        link, path = self._link(self._signature("code"))
        link._send_code()
        link.code_sent_on += LATER
        self.paths["sign_code"] = f"{path}?step=code"
        link, self.paths["sign_expired"] = self._link(self._signature("expired"))
        link.expires_on -= timedelta(days=90)
        link, self.paths["sign_revoked"] = self._link(self._signature("revoked"))
        link._close("school")
        link, self.paths["sign_not_me"] = self._link(self._signature("not_me"))
        link._close("not_me")
        link, self.paths["sign_locked"] = self._link(self._signature("locked"))
        link._close_codes()
        self.paths["sign_unknown"] = "/bde/s/unknown"
        # who signs for the company has a page with all of them
        link, path = self._link(self._signature("read", "host"))
        self.paths["sign_many"] = path
        link._send_code()
        link.code_sent_on += LATER
        self.paths["sign_many_code"] = f"{path}?step=code"

    def _families(self):
        """A minor who acknowledges, the parent who signs, the other one."""
        _link, self.paths["minor_acknowledges"] = self._link(self._signature("minor"))
        document = self.documents["minor"]
        first, second = document.signature_ids.filtered(lambda s: s.role == "guardian")
        _link, self.paths["guardian_signs"] = self._link(first)
        first._sign("typed", "Awa Dupont")
        _link, self.paths["other_guardian"] = self._link(second)

    def _in_person(self):
        signature = self._signature("tablet").with_env(self.manager)
        link, url = signature._mint_tablet()
        link.expires_on += LATER
        self.paths["tablet"] = url[url.index("/bde/") :]
        minor, url = self._signature("minor").with_env(self.manager)._mint_tablet()
        minor.expires_on += LATER
        self.paths["tablet_acknowledge"] = url[url.index("/bde/") :]
        used, url = self._signature("tablet_done").with_env(self.manager)._mint_tablet()
        used._sign_on_tablet(used._tablet_signatures(), "T", None, {})
        self.paths["tablet_done"] = url[url.index("/bde/") :]
        self.paths["tablet_unknown"] = "/bde/t/unknown"

    def _others(self):
        """Verification, notice, agreement to host, the page of the bureau, the "no"."""
        world = self.world
        for name in ("read", "cancelled", "refused"):
            self.paths[f"verify_{name}"] = f"/bde/v/{self.documents[name].check_token}"
        self.paths["verify_unknown"] = "/bde/v/unknown"
        self.paths["notice"] = f"/bde/n/{world.school_a.uai}"
        placement = world.new_placement(world.new_pupil("Accueil", world.division_a, 2009))
        hostings = placement.with_env(self.manager)._ensure_hostings()
        [(link, address)] = hostings._mint_links().values()
        self.paths["hosting"] = address[address.index("/bde/") :] if "/bde/" in address else address
        recipients = [(world.employer, "Anne Duval", "anne@duval.example", "fr_FR")]
        [(link, token)] = self.env["bde.link"]._mint_optouts(
            world.school_a, "placements", recipients
        )
        self.paths["optout"] = f"/bde/o/{token}"
        self.paths["bureau"] = f"/bde/c/{world.school_a.uai}"

    def _stays(self):
        """The page of a stay that is over: of its host, tutor and pupil, with every section."""
        world = self.world
        self._caps_and_sheet()
        conventions = world.make()
        conventions.action_send()
        world.sign_all(conventions)
        for state in ("running", "ended"):
            conventions.document_id._set_state(state)
        over, ended, minor = world.placement_adult, world.placement_ase, world.placement
        # over for three days whatever the day, so that its quality may be asked for
        world.env.cr.execute(
            "UPDATE bde_placement SET date_start = %s, date_end = %s WHERE id = ANY(%s)",
            (TODAY - timedelta(days=17), TODAY - timedelta(days=3), (over | ended).ids),
        )
        world.env.invalidate_all()
        self._rate_claim_and_report(over, ended, minor)
        boss, tutor = world.boss, world.tutor
        people = {
            "stay_list": (boss, None),
            "stay_host": (boss, over),
            "stay_accident": (boss, ended),
            "stay_code": (boss, minor),
            "stay_tutor": (tutor, over),
            "stay_tutor_rated": (tutor, ended),
            "stay_pupil": (world.boris, over),
            "stay_pupil_minor": (world.aline, minor),
            "stay_pupil_rated": (world.chloe, ended),
        }
        for name, (person, placement) in people.items():
            link, self.paths[name] = self._stay_link(person, signer_key=name)
            if placement:
                self.paths[name] += f"/{placement.convention_id.uuid}"
            if name == "stay_code":
                stay = placement.sudo().with_context(bde_stay_link=link.id)
                also = {"with": ended.convention_id.uuid, f"days_{ended.convention_id.uuid}": "9"}
                form = {"days": "10", **also}
                stay._stay_post_attestation(frozenset({"host"}), form, {}, {})
        link, self.paths["stay_expired"] = self._stay_link(boss)
        link.expires_on -= timedelta(days=400)
        link, self.paths["stay_revoked"] = self._stay_link(boss, signer_key="revoked")
        link._close("school")
        self.paths["stay_unknown"] = "/bde/p/unknown"

    def _stay_link(self, person, **values):
        vals = {
            "company_id": self.world.school_a.id,
            "purpose": "stay",
            "person_ref": f"{person._name},{person.id}",
            "signer_key": "key",
            "name": person.name,
            "email": person.email or "tuteur@duval.example",
            "lang": "fr_FR",
        }
        [(link, token)] = self.env["bde.link"]._mint([vals | values])
        return link, f"/bde/p/{token}"

    def _caps_and_sheet(self):
        """What the board pays back, and the school's sheet for tutors."""
        world = self.world
        cap = {
            "company_id": world.school_a.id,
            "board_date": world.year.date_start,
            "date_from": world.year.date_start - timedelta(days=366),
        }
        self.env["bde.claim.cap"].create(
            [
                cap | {"kind": "meals", "amount_unit": 4, "amount_stay": 100},
                cap | {"kind": "transport", "amount_stay": 80, "receipt_required": False},
            ]
        )
        self.env["bde.tutor.sheet"].create(
            {
                "company_id": world.school_a.id,
                "training_id": world.training_a.id,
                "can_do": "Lire un plan",
                "let_do": "Poser des goulottes\nCâbler un tableau",
                "never": "Travailler sous tension",
            }
        )

    def _rate_claim_and_report(self, over, ended, minor):
        """Answers, claims and an accident, as the pages take them."""
        world = self.world
        for placement in (over, ended):
            placement.sudo()._rate(
                "tutor" if placement == over else "student",
                dict.fromkeys(self._codes("tutor" if placement == over else "student"), 3),
                "Bien accueilli",
                source="link",
            )
        world.env["bde.claim"].create(
            [
                {
                    "placement_id": placement.id,
                    "kind": "transport",
                    "date_from": placement.date_start,
                    "date_to": placement.date_end,
                    "quantity": 4,
                    "amount_asked": 12.5,
                    "source": "student",
                    "state": state,
                    "refusal_reason": state == "refused" and "Pas de justificatif",
                }
                for placement, state in ((over, "submitted"), (minor, "refused"))
            ]
        )
        last = ended.date_end.isoformat()
        said = {"do": "tell", "kind": "accident", "day": last, "facts": "Coupure à la main"}
        ended.sudo()._stay_post_incident(frozenset({"host"}), said, {}, {})
        absence = {"do": "absence", "part": "day", "reason": "illness"}
        day = minor.date_start.isoformat()
        minor.sudo()._stay_post_presence(frozenset({"tutor"}), absence | {"date_from": day}, {}, {})

    # ------------------------------------------------------------
    # Taxe d'apprentissage
    # ------------------------------------------------------------

    def _tax_pages(self):
        """The page about the tax: each answer, an accountant, a link that is over."""
        campaign = self._tax_campaign()
        for kind in ("form", "chosen", "will", "no", "wrong", "expired", "revoked"):
            target, person = self._tax_target(campaign, kind)
            link, self.paths[f"tax_{kind}"] = self._tax_link(target, person)
            if kind in ("chosen", "will", "no", "wrong"):
                link._tax_take({target: self._tax_said(kind, campaign.course_ids.id)})
            elif kind == "expired":
                link.expires_on -= timedelta(days=900)
            elif kind == "revoked":
                link._close("school")
        self.paths["tax_unknown"] = "/bde/x/unknown"
        self._tax_accountant(campaign)
        self._tax_closed(campaign)

    def _tax_campaign(self):
        """A campaign in the middle of its first period, whatever the day."""
        world = self.world
        year = self.env["bde.tax.year"]._of(world.school_a, TODAY.year)
        periods = year.window_ids.filtered("is_period").sorted("sequence")
        (year.window_ids - periods).write({"date_from": False, "date_to": False})
        for position, window in enumerate(periods):
            start = TODAY + timedelta(days=60 * position - 20)
            window.write({"date_from": start, "date_to": start + timedelta(days=40)})
        return self.env["bde.tax.campaign"].create(
            {
                "company_id": world.school_a.id,
                "tax_year_id": year.id,
                "user_id": world.manager_a.id,
                "soltea_name": "LYCEE AMPERE",
                "soltea_siret": "19330994500015",
                "soltea_uai": world.school_a.uai,
                "state": "running",
                "story": "<p>En un an : deux bancs de câblage, une sortie au salon.</p>",
                "course_ids": [(0, 0, {"name": "BAC PRO MELEC", "rncp": "RNCP38878"})],
            }
        )

    def _tax_target(self, campaign, name):
        """A company asked, and whom there."""
        employer = self.env["res.partner"].create(
            {"name": f"Société {name}", "is_company": True, "bde_employer": True}
        )
        person = employer._bde_add_contact(
            self.world.school_a, {"name": f"Paul {name}", "email": f"{name}@tax.example"}
        )
        return campaign._target_of(person.bde_relation_id), person

    def _tax_link(self, record, person):
        [(link, token)] = self.env["bde.link"]._mint_tax([(record, person)])
        return link._as_school(), f"/bde/x/{token}"

    def _tax_said(self, kind, course):
        from odoo.addons.bde_partnerships.rules.tax_answer import clean

        form = {"kind": kind, "amount": "50 %", "course": str(course), "other_name": "Léa Petit"}
        return clean(form, [course])[0]

    def _tax_accountant(self, campaign):
        """Two clients of a firm, before and after the answer."""
        _target, clara = self._tax_target(campaign, "comptes")
        firm = clara.bde_relation_id
        clients = [self._tax_target(campaign, name)[0] for name in ("boulangerie", "garage")]
        for target in clients:
            target.accountant_id = firm
        for state in ("tax_accountant", "tax_accountant_done"):
            letter = self.env["bde.tax.letter"].create(
                {
                    "campaign_id": campaign.id,
                    "relation_id": firm.id,
                    "contact_id": clara.id,
                    "target_ids": [(6, 0, [target.id for target in clients])],
                }
            )
            link, self.paths[state] = self._tax_link(letter, clara)
            if state == "tax_accountant_done":
                # by another reader: the first page stays a form
                link.signer_key = "colleague@comptes.example"
                link._tax_take({clients[0]: self._tax_said("will", campaign.course_ids.id)})

    def _tax_closed(self, campaign):
        """A campaign of the year before, closed."""
        year = self.env["bde.tax.year"]._of(self.world.school_a, TODAY.year - 1)
        closed = campaign.copy({"tax_year_id": year.id, "name": "Closed"})
        target, person = self._tax_target(closed, "closed")
        _link, self.paths["tax_closed"] = self._tax_link(target, person)
        closed.state = "closed"

    def _codes(self, view):
        return self.env["bde.question"]._asked(view, TODAY).mapped("code")
