"""120 invented host companies as a table, with valid made-up SIRETs.

SIRENs begin with 099, a block that the register has not given out as far as public lists show;
the site of La Poste follows its own rule (digits of the SIRET add up to a multiple of 5).
"""

from .formats import table
from .people import FATHERS, MOTHERS, TOWNS, plain

COUNT = 120
LA_POSTE = "356000000"
HEADER = (
    "siret", "raison_sociale", "naf", "activite", "effectif", "adresse", "code_postal", "ville",
    "telephone", "email", "signataire_nom", "signataire_prenom", "signataire_fonction",
    "signataire_email", "signataire_telephone", "tuteur_nom", "tuteur_prenom", "tuteur_fonction",
    "tuteur_email", "tuteur_telephone", "assureur", "police", "classes",
)  # fmt: skip
INSURERS = ("Mutuelle de l'Orvane", "Assurances du Val", "Prévoyance artisanale", "Groupe Tirelle")

# (NAF, activity, names, classes that it may host, how many, smallest and largest headcount)
SECTORS = (
    ("4711F", "Hypermarché", "Hyper {}|Grand Marché {}", "2MRC 1MCVA 1CAPEPC", 6, 60, 240),
    ("4711B", "Alimentation générale", "Épicerie {}|Au Panier {}", "2MRC 1MCVA 1CAPEPC", 8, 1, 6),
    ("4771Z", "Habillement", "{} Prêt-à-porter|Boutique {}", "2MRC 1MCVA 1CAPEPC", 8, 1, 12),
    ("4752B", "Bricolage", "Brico {}|Quincaillerie {}", "2MRC 1MCVA 1CAPEPC", 4, 8, 60),
    ("4776Z", "Fleuriste", "Fleurs {}", "2MRC 1MCVA 1CAPEPC", 3, 1, 5),
    ("6920Z", "Expertise comptable", "Cabinet {}|{} Conseil", "TAGORA", 5, 3, 40),
    ("8411Z", "Administration communale", "Mairie de {town}", "TAGORA", 6, 12, 180),
    ("6622Z", "Assurances", "Agence {}", "TAGORA 2MRC", 4, 2, 9),
    ("8710A", "Hébergement de personnes âgées", "Résidence {}|EHPAD {}", "1ASSP TASSP", 8, 25, 90),
    ("8891A", "Accueil de jeunes enfants", "Crèche {}|Les P'tits {}", "1ASSP TASSP", 6, 8, 26),
    ("8810A", "Aide à domicile", "{} Services à domicile", "1ASSP TASSP", 4, 10, 70),
    ("8610Z", "Hôpital", "Centre hospitalier de {town}", "1ASSP TASSP", 2, 250, 900),
    ("4520A", "Réparation automobile", "Garage {}|{} Automobiles", "2MMV 1MVVL", 16, 1, 22),
    ("4321A", "Installation électrique", "{} Électricité|Élec {}", "1MELEC", 10, 1, 30),
    ("9511Z", "Réparation d'ordinateurs", "{} Informatique|Micro {}", "TCIEL", 6, 1, 12),
    ("6190Z", "Télécommunications", "Réseaux {}", "TCIEL 1MELEC", 3, 15, 80),
    ("5610A", "Restauration traditionnelle", "Auberge {}|Le Relais {}|La Table {}", "1CUI", 10, 2,
     18),
    ("1071C", "Boulangerie-pâtisserie", "Boulangerie {}|Le Fournil {}", "2CAPBOU 1CAPEPC", 10, 1,
     9),
)  # fmt: skip


def luhn_digit(digits):
    """Key that makes ``digits`` + key pass the Luhn check."""
    total = 0
    for index, char in enumerate(reversed(digits)):
        number = int(char) * (2 if index % 2 == 0 else 1)
        total += number - 9 if number > 9 else number
    return str(-total % 10)


def siret(number):
    """A valid made-up SIRET: ``099`` + five digits + key, then ``0001`` + key."""
    siren = f"099{number:05d}"
    siren += luhn_digit(siren)
    establishment = siren + "0001"
    return establishment + luhn_digit(establishment)


def la_poste_siret():
    """A site of La Poste that does not exist: sum of digits divisible by 5, Luhn wrong."""
    for nic in range(96_000, 100_000):
        candidate = f"{LA_POSTE}{nic:05d}"
        wrong_luhn = luhn_digit(candidate[:-1]) != candidate[-1]
        if sum(map(int, candidate)) % 5 == 0 and wrong_luhn:
            return candidate
    raise AssertionError("no such number")


def build(random, people):
    """The table, as bytes.

    :param random.Random random: seeded generator
    :param People people: the persons drawn so far, so that no telephone is given twice
    """
    rows = []
    for naf, activity, names, classes, count, low, high in SECTORS:
        for _ in range(count):
            rows.append(_company(random, people, len(rows), naf, activity, names, classes,
                                 random.randint(low, high)))  # fmt: skip
    post = _company(random, people, len(rows), "5310Z", "Activités de poste", "La Poste de {town}",
                    "2MRC TAGORA", 14)  # fmt: skip
    post[0] = la_poste_siret()
    rows.append(post)
    assert len(rows) == COUNT, len(rows)
    return table(HEADER, rows)


def _company(random, people, number, naf, activity, names, classes, headcount):
    street, postcode, town, _insee = people.address()
    if "{town}" in names:
        postcode, town, _insee = TOWNS[number % len(TOWNS)]
        name = names.format(town=town.title())
    else:
        name = random.choice(names.split("|")).format(people.family_name())
    domain = f"{plain(name)}{number}.example"
    boss = _contact(random, people, domain, headcount)
    office = f"contact@{domain}" if random.random() < 0.8 else ""
    if headcount < 10:
        # in a small firm the boss is the tutor, and one mailbox and telephone serve all
        tutor = [*boss[:2], "Tuteur", *boss[3:]]
        if random.random() < 0.5:
            other = _contact(random, people, domain, headcount)
            tutor = [*other[:2], "Salarié", *boss[3:]]
    else:
        tutor = _contact(random, people, domain, headcount)
        tutor[2] = random.choice(("Responsable de rayon", "Chef d'équipe", "Tutrice", "Cadre"))
    insured = random.random() < 0.85
    return [
        siret(number * 37 + 101), name, naf, activity, headcount, street, postcode, town,
        people.landline(), office or boss[3], *boss, *tutor,
        random.choice(INSURERS) if insured else "",
        f"RC{random.randrange(10**7):07d}" if insured else "", classes,
    ]  # fmt: skip


def _contact(random, people, domain, headcount):
    woman = random.random() < 0.5
    lastname, firstname = people.person(MOTHERS if woman else FATHERS)
    if headcount < 10:
        role, mail = "Gérante" if woman else "Gérant", f"contact@{domain}"
    else:
        role = random.choice(("Directrice" if woman else "Directeur", "Ressources humaines"))
        mail = people.mail(lastname, firstname, domain)
    if headcount < 4 and random.random() < 0.3:
        # some craftsmen have a telephone only
        mail = ""
    return [lastname.upper(), firstname, role, mail, people.mobile()]
