"""Words of the letters about the taxe d'apprentissage, and when they leave. No Odoo here.

A letter is written once with words in braces; each company gets it with its own values, as plain
text. Nothing is evaluated: whoever writes a model cannot read anything with it.
"""

import re
import unicodedata
from datetime import timedelta

from lxml import etree, html
from markupsafe import Markup, escape

from .solicitation import SATURDAY

# What may stand in braces. French, as the letters are.
WORDS = (
    "salutation", "entreprise", "interlocuteur", "lycee", "annee", "periode", "fin", "jours",
    "don", "promesse", "recu", "clients", "nombre", "responsable", "telephone",
)  # fmt: skip
WORD = re.compile(r"\{([^{}<>]{1,40})\}")
TAG = re.compile(r"<[^>]*>")


def word_key(text):
    """A word as it is compared: no accents, no case, no spaces around.

    >>> word_key(" Lycée ")
    'lycee'
    """
    plain = unicodedata.normalize("NFD", text)
    return "".join(c for c in plain if not unicodedata.combining(c)).strip().lower()


def unknown_words(text, known=WORDS):
    """What stands in braces and is no word, or is cut by a formatting inside the braces.

    :param known: the words, as :func:`word_key` has them

    >>> unknown_words("<p>Bonjour {Entreprise}, {prénom}</p>")
    ['{prénom}']
    >>> unknown_words("<p>{entre<b>prise</b>}</p>")
    ['{entreprise}']
    """
    text = text.replace("\xa0", " ")
    whole = {word_key(word) for word in WORD.findall(text)}
    found = dict.fromkeys(WORD.findall(TAG.sub("", text)))
    return [
        f"{{{word}}}"
        for word in found
        if word_key(word) not in known or word_key(word) not in whole
    ]


class Letter:
    """A text with words, read once and filled in for many companies.

    >>> letter = Letter("<p>{salutation}</p><p>Merci pour {don}.</p>")
    >>> print(letter.fill({"salutation": "Madame, Monsieur,", "don": ""}))
    <p>Madame, Monsieur,</p>
    >>> print(letter.fill({"salutation": "Bonjour <b>,", "don": "20 €"}))
    <p>Bonjour &lt;b&gt;,</p><p>Merci pour 20 €.</p>

    Lines end where paragraphs do, also in the plain text of a mail.

    >>> print(Letter("<p>Un mot\\n suffit.</p>").fill({}))
    <p>Un mot suffit.</p>
    """

    def __init__(self, body):
        self.blocks = []
        for block in _blocks(str(body or "")):
            parts = WORD.split(block)
            # every second part is a word; what is none of ours stays as it was typed
            keys = [word_key(part) for part in parts[1::2]]
            self.blocks.append((parts[::2], keys))
        self.words = {key for _texts, keys in self.blocks for key in keys}

    def fill(self, values):
        """The text of one company; a block with a word that has no value is left out.

        :param dict values: {word: text, or Markup that is trusted}
        :rtype: Markup
        """
        done = []
        for texts, keys in self.blocks:
            filled = [values.get(key) for key in keys]
            if not all(filled):
                continue
            done.append(texts[0])
            for value, text in zip(filled, texts[1:], strict=True):
                done += (str(escape(value)), text)
        return Markup("".join(done))  # noqa: S704 (a sanitized body, values escaped above)


def _blocks(body):
    """The paragraphs and lists at the top of a body, as HTML."""
    if not body.strip():
        return []
    root = html.fragment_fromstring(body, create_parent="div")
    # an editor may wrap everything into one div
    while len(root) == 1 and root[0].tag == "div" and not (root.text or "").strip():
        root = root[0]
    first = [str(escape(root.text))] if (root.text or "").strip() else []
    blocks = [etree.tostring(child, encoding="unicode", method="html") for child in root]
    # ends of lines in the source are none: the plain text of a mail would keep them
    return first + [re.sub(r"\s*\n\s*", " ", block).strip() for block in blocks]


def fill_line(text, values):
    """A line without markup, such as the subject; words without value leave nothing behind.

    >>> fill_line("Taxe {année} : {entreprise}", {"annee": "2026", "entreprise": "A & B"})
    'Taxe 2026 : A & B'
    """
    line = WORD.sub(lambda m: str(values.get(word_key(m[1])) or ""), text or "")
    return re.sub(r"[ \t\r\n]+", " ", line).strip()


def working_day(day, closed=()):
    """The first day from this one on at which letters leave: no week-end, no public holiday.

    >>> from datetime import date
    >>> working_day(date(2025, 7, 12), {date(2025, 7, 14): "Fête nationale"})
    datetime.date(2025, 7, 15)
    >>> working_day(date(2025, 7, 16))
    datetime.date(2025, 7, 16)
    """
    while day.weekday() >= SATURDAY or day in closed:
        day += timedelta(days=1)
    return day


# What a campaign begins with: two weeks before the first period, three weeks after its first
# day, ten days before its end; the same for the second, to those who have not answered.
# (kind of the letter, relative to, days, audience)
SEQUENCE = (
    ("first", "start", -14, "not_reached"),
    ("accountant", "start", -7, "not_answered"),
    ("reminder", "start", 21, "not_answered"),
    ("last", "end", -10, "not_answered"),
)
NEXT_SEQUENCE = (
    ("first", "start", -14, "not_reached"),
    ("reminder", "start", 21, "not_answered"),
    ("last", "end", -10, "not_answered"),
)

_FIRST = """
<p>{salutation}</p>
<p>Chaque année, vous choisissez l’établissement qui reçoit le solde de votre taxe d’apprentissage.
Ce choix ne vous coûte rien de plus&nbsp;: sans lui, le solde est réparti sans vous.</p>
<p>Nous vous proposons de l’affecter à notre établissement, {lycee}. Nos élèves y apprennent un
métier, et votre soutien leur donne les machines et l’outillage qu’ils retrouveront en
entreprise.</p>
<p>L’an dernier, vous nous aviez attribué {don}. Merci encore de votre confiance.</p>
<p>Vous pouvez faire votre choix {periode}, sur la plateforme nationale SOLTéA. Quelques minutes
suffisent&nbsp;: les informations à saisir sont ci-dessous, prêtes à copier.</p>
<p>Si votre expert-comptable effectue cette démarche pour vous, il suffit de lui transmettre ce
courrier.</p>
<p>Je reste à votre disposition pour vous aider dans la démarche, ou pour vous faire visiter nos
ateliers.</p>
"""
_REMINDER = """
<p>{salutation}</p>
<p>Nous vous avons récemment proposé de choisir notre établissement, {lycee}, pour le solde de
votre taxe d’apprentissage {annee}. Sauf erreur de notre part, nous n’avons pas encore reçu votre
réponse.</p>
<p>Il est encore temps&nbsp;: votre choix est possible jusqu’au {fin} sur la plateforme SOLTéA. Les
informations à saisir sont ci-dessous, prêtes à copier.</p>
<p>Si votre choix est déjà fait, ou si vous ne souhaitez pas nous retenir cette année, un mot de
votre part suffit&nbsp;: nous ne vous relancerons plus.</p>
<p>Une question sur la démarche&nbsp;? Appelez-nous, nous la faisons avec vous en quelques
minutes.</p>
"""
_LAST = """
<p>{salutation}</p>
<p>La période de choix du solde de la taxe d’apprentissage {annee} se termine le {fin}&nbsp;: il
reste {jours}.</p>
<p>Vous nous aviez annoncé {promesse}&nbsp;: il ne reste qu’à enregistrer ce choix dans SOLTéA.</p>
<p>Si vous n’avez pas encore affecté votre solde, quelques minutes suffisent pour que nos élèves
en bénéficient. Tout ce qu’il faut saisir dans SOLTéA figure ci-dessous.</p>
<p>C’est le dernier message que nous vous adressons pour cette période. Merci de l’attention que
vous portez à la formation des jeunes.</p>
"""
_ACCOUNTANT = """
<p>{salutation}</p>
<p>Vous établissez les déclarations sociales d’entreprises avec lesquelles notre établissement,
{lycee}, est en relation&nbsp;:</p>
<div>{clients}</div>
<p>Elles peuvent nous affecter le solde de leur taxe d’apprentissage {annee}, sans dépense
supplémentaire. Comme tiers déclarant, vous pouvez le faire pour elles, avec leur accord,
{periode}, sur la plateforme SOLTéA.</p>
<p>Pourriez-vous le leur proposer&nbsp;? Les informations à saisir sont ci-dessous&nbsp;: elles sont
les mêmes pour toutes.</p>
<p>Je vous remercie de votre aide et reste à votre disposition.</p>
"""
_THANKS = """
<p>{salutation}</p>
<p>Vous avez choisi notre établissement, {lycee}, pour le solde de votre taxe d’apprentissage
{annee}&nbsp;: nous avons reçu {recu}. Au nom des élèves et des équipes de l’établissement,
merci.</p>
<p>Une page vous raconte ce que votre soutien nous permet de réaliser&nbsp;; elle se complète au fil
des achats. Vous êtes les bienvenus au lycée pour le voir sur place.</p>
<p>La synthèse disponible dans votre espace SOLTéA tient lieu de justificatif&nbsp;: depuis 2023,
les établissements ne délivrent plus de reçu libératoire pour le solde.</p>
"""
BEGINNING = (
    {
        "code": "first",
        "kind": "first",
        "name": "Premier courrier",
        "subject": "Votre taxe d’apprentissage {annee} – {lycee}",
        "body": _FIRST,
    },
    {
        "code": "reminder",
        "kind": "reminder",
        "name": "Relance",
        "subject": "Taxe d’apprentissage {annee} : votre choix jusqu’au {fin}",
        "body": _REMINDER,
    },
    {
        "code": "last",
        "kind": "last",
        "name": "Dernier rappel",
        "subject": "Taxe d’apprentissage {annee} : il reste {jours}",
        "body": _LAST,
    },
    {
        "code": "accountant",
        "kind": "accountant",
        "name": "Aux experts-comptables",
        "subject": "Taxe d’apprentissage {annee} : {nombre} – {lycee}",
        "body": _ACCOUNTANT,
    },
    {
        "code": "thanks",
        "kind": "thanks",
        "name": "Remerciement",
        "subject": "Merci de votre soutien – {lycee}",
        "body": _THANKS,
    },
)
