"""Words of a convention's page in a second language, printed beside the French ones.

For the printed page alone: they do not depend on the languages of Odoo's screens. French is
the key. No import of Odoo here.
"""

from datetime import date

from babel.dates import format_date

from odoo.addons.bde_partnerships.rules.french import NBSP

from . import schedule as hours

ORDER = ("en_GB", "de_DE", "es_ES", "it_IT")

_LABELS = """
Article|Article|Artikel|Artículo|Articolo
Entre les parties|The parties|Die Parteien|Las partes|Le parti
Dispositions générales|General provisions|Allgemeine Bestimmungen|Disposiciones generales|Disposizioni generali
Signatures|Signatures|Unterschriften|Firmas|Firme
Jour|Day|Tag|Día|Giorno
Horaires|Times|Uhrzeiten|Horario|Orario
Durée|Duration|Dauer|Duración|Durata
Présence|Attendance|Anwesenheit|Presencia|Presenza
Jours de présence|Days of attendance|Anwesenheitstage|Días de presencia|Giorni di presenza
Par semaine|Per week|Pro Woche|Por semana|Per settimana
L’établissement d’enseignement|The school|Die Schule|El centro educativo|L’istituto scolastico
L’organisme d’accueil|The host organisation|Der Praktikumsbetrieb|La entidad de acogida|L’ente ospitante
L’élève|The pupil|Die Schülerin / der Schüler|El alumno o la alumna|L’alunna / l’alunno
L’étudiant|The student|Die Studentin / der Student|El estudiante|La studentessa / lo studente
Le représentant légal|The legal guardian|Die gesetzliche Vertretung|El representante legal|Il rappresentante legale
L’enseignant référent|The referent teacher|Die betreuende Lehrkraft|El profesor de referencia|Il docente referente
Le tuteur|The tutor in the company|Die Betreuungsperson im Betrieb|El tutor en la empresa|Il tutor aziendale
Adresse|Address|Anschrift|Dirección|Indirizzo
Téléphone|Phone|Telefon|Teléfono|Telefono
Courriel|E-mail|E-Mail|Correo electrónico|E-mail
Pays|Country|Land|País|Paese
UAI|School code (UAI)|Schulnummer (UAI)|Código del centro (UAI)|Codice dell’istituto (UAI)
Représenté par|Represented by|Vertreten durch|Representado por|Rappresentato da
Lieu d’accueil|Place of the placement|Praktikumsort|Lugar de las prácticas|Luogo del tirocinio
Activité|Business activity|Geschäftstätigkeit|Actividad|Attività
SIRET|French company number (SIRET)|Frz. Unternehmensnummer (SIRET)|N.º francés de empresa (SIRET)|Numero francese d’impresa (SIRET)
Code APE|French activity code (APE)|Frz. Branchencode (APE)|Código francés de actividad (APE)|Codice francese di attività (APE)
Date de naissance|Date of birth|Geburtsdatum|Fecha de nacimiento|Data di nascita
Classe|Class|Klasse|Clase|Classe
Diplôme|Qualification|Abschluss|Titulación|Titolo di studio
Formation|Course|Bildungsgang|Formación|Percorso formativo
Volume horaire annuel|Yearly hours|Jährliche Unterrichtsstunden|Horas anuales|Ore annue
Qualité|Capacity|Eigenschaft|Calidad|Qualità
Autre titulaire de l’autorité parentale|Other holder of parental authority|Weitere sorgeberechtigte Person|Otro titular de la patria potestad|Altro titolare della responsabilità genitoriale
Fonction|Function|Funktion|Cargo|Funzione
Dates et durée|Dates and duration|Zeitraum und Dauer|Fechas y duración|Date e durata
Début|First day|Beginn|Inicio|Inizio
Fin|Last day|Ende|Fin|Fine
Durée totale|Total duration|Gesamtdauer|Duración total|Durata totale
Décompte|Count|Berechnung|Cómputo|Conteggio
Durée hebdomadaire de présence|Weekly hours of attendance|Wöchentliche Anwesenheit|Horas semanales de presencia|Ore settimanali di presenza
Horaires de présence|Hours of attendance|Anwesenheitszeiten|Horario de presencia|Orario di presenza
Présence la nuit, le dimanche et les jours fériés|Attendance at night, on Sundays and public holidays|Anwesenheit nachts, an Sonn- und Feiertagen|Presencia nocturna, en domingo y en festivos|Presenza di notte, la domenica e nei giorni festivi
La nuit|At night|Nachts|De noche|Di notte
Le dimanche|On Sundays|Sonntags|En domingo|La domenica
Les jours fériés|On public holidays|An Feiertagen|En festivos|Nei giorni festivi
Encadrement|Supervision|Betreuung|Seguimiento|Affiancamento
Enseignant référent|Referent teacher|Betreuende Lehrkraft|Profesor de referencia|Docente referente
Tuteur|Tutor|Betreuungsperson|Tutor|Tutor aziendale
Compétences à acquérir ou à développer|Competences to acquire or develop|Zu erwerbende oder zu vertiefende Kompetenzen|Competencias por adquirir o desarrollar|Competenze da acquisire o sviluppare
Activités confiées|Activities entrusted to the pupil|Übertragene Tätigkeiten|Actividades encomendadas|Attività affidate
Autres activités|Other activities|Weitere Tätigkeiten|Otras actividades|Altre attività
Remarques|Remarks|Bemerkungen|Observaciones|Osservazioni
Frais et avantages|Costs and benefits|Kosten und Leistungen|Gastos y beneficios|Spese e benefici
Restauration|Meals|Verpflegung|Comidas|Vitto
Transport|Transport|Fahrtkosten|Transporte|Trasporto
Hébergement|Accommodation|Unterkunft|Alojamiento|Alloggio
Gratification|Allowance paid by the host|Praktikumsvergütung|Gratificación|Indennità
Équipements, produits et travaux autorisés|Equipment, products and works allowed|Erlaubte Geräte, Stoffe und Arbeiten|Equipos, productos y trabajos autorizados|Attrezzature, prodotti e lavori autorizzati
Organisme d’accueil|Host organisation|Praktikumsbetrieb|Entidad de acogida|Ente ospitante
Établissement d’enseignement|School|Schule|Centro educativo|Istituto scolastico
Assureur|Insurer|Versicherer|Aseguradora|Assicuratore
Contrat|Policy|Vertrag|Póliza|Polizza
Pour l’organisme d’accueil|For the host organisation|Für den Praktikumsbetrieb|Por la entidad de acogida|Per l’ente ospitante
Pour l’établissement d’enseignement|For the school|Für die Schule|Por el centro educativo|Per l’istituto scolastico
prend connaissance de la convention|takes note of the agreement|nimmt die Vereinbarung zur Kenntnis|toma conocimiento del convenio|prende atto della convenzione
aucune présence|no attendance|keine Anwesenheit|ninguna presencia|nessuna presenza
présence prévue|attendance planned|Anwesenheit vorgesehen|presencia prevista|presenza prevista
Aucun avantage particulier n’est déclaré.|No particular benefit is declared.|Es werden keine besonderen Leistungen angegeben.|No se declara ningún beneficio particular.|Non è dichiarato alcun beneficio particolare.
Aucun travail réglementé n’est prévu.|No regulated work is planned.|Es sind keine reglementierten Arbeiten vorgesehen.|No se prevé ningún trabajo reglamentado.|Non è previsto alcun lavoro regolamentato.
Aucune : la durée de présence n’atteint pas le seuil légal.|None: the attendance stays below the legal threshold.|Keine: Die Anwesenheit liegt unter der gesetzlichen Schwelle.|Ninguna: la presencia no alcanza el umbral legal.|Nessuna: la presenza non raggiunge la soglia di legge.
Montant horaire légal, pour chaque heure de présence, versé chaque mois.|Legal hourly amount, for each hour of attendance, paid monthly.|Gesetzlicher Stundenbetrag für jede Anwesenheitsstunde, monatlich gezahlt.|Importe legal por hora, por cada hora de presencia, abonado mensualmente.|Importo orario di legge, per ogni ora di presenza, versato mensilmente.
Mère|Mother|Mutter|Madre|Madre
Père|Father|Vater|Padre|Padre
Période de formation en milieu professionnel|Work placement of a vocational pupil|Betriebspraktikum der beruflichen Bildung|Período de formación en empresa|Periodo di formazione in azienda
Séquence d’observation|Observation placement|Schnupperpraktikum|Período de observación|Periodo di osservazione
Stage|Work placement of a student|Praktikum|Prácticas|Tirocinio
Les signataires déclarent avoir pris connaissance de la convention et de ses annexes, qui forment un tout indissociable, et en acceptent les termes.|The signatories declare that they have read the agreement and its annexes, which form an inseparable whole, and accept their terms.|Die Unterzeichnenden erklären, die Vereinbarung und ihre Anlagen, die ein untrennbares Ganzes bilden, zur Kenntnis genommen zu haben und ihnen zuzustimmen.|Los firmantes declaran haber leído el convenio y sus anexos, que forman un todo indisociable, y aceptan sus términos.|I firmatari dichiarano di aver preso visione della convenzione e dei suoi allegati, che formano un tutto inscindibile, e ne accettano i termini.
Traduction pour information : seul le texte français fait foi.|Translation for information: the French text prevails.|Übersetzung zur Information: Maßgeblich ist der französische Text.|Traducción a título informativo: prevalece el texto francés.|Traduzione a titolo informativo: fa fede il testo francese.
Texte non traduit : voir le texte français.|Text not translated: see the French text.|Nicht übersetzter Text: siehe den französischen Text.|Texto no traducido: véase el texto francés.|Testo non tradotto: si veda il testo francese.
L’essentiel|The essential|Das Wesentliche|Lo esencial|L’essenziale
Visas|Legal grounds|Rechtsgrundlagen|Fundamentos jurídicos|Fondamenti giuridici
Annexes|Annexes|Anlagen|Anexos|Allegati
"""  # noqa: E501

LABELS = {
    row[0]: dict(zip(ORDER, row[1:], strict=True))
    for row in (line.split("|") for line in _LABELS.strip().splitlines())
}

# (one, many) of what is counted
_UNITS = {
    "week": (("week", "weeks"), ("Woche", "Wochen"), ("semana", "semanas"),
             ("settimana", "settimane")),
    "hour": (("hour", "hours"), ("Stunde", "Stunden"), ("hora", "horas"), ("ora", "ore")),
    "day": (("day", "days"), ("Tag", "Tage"), ("día", "días"), ("giorno", "giorni")),
}  # fmt: skip
_FROM_TO = {
    "en_GB": "From {start} to {end}",
    "de_DE": "Vom {start} bis zum {end}",
    "es_ES": "Del {start} al {end}",
    "it_IT": "Dal {start} al {end}",
}
# Full date with its day of the week; German puts the day in the dative of "vom ... bis zum"
_DAY = "EEEE d MMMM y"
_PATTERNS = {"de_DE": "d. MMMM y", "es_ES": "EEEE d 'de' MMMM 'de' y"}


def word(text, lang):
    """A label of the page in a language; None when the table has none."""
    return LABELS.get((text or "").replace(NBSP, " "), {}).get(lang)


def both(text, lang):
    """``Adresse · Address``: the French label and the other, alone when they are the same.

    >>> both("Adresse", "de_DE"), both("Transport", "en_GB"), both("Autre chose", "it_IT")
    ('Adresse · Anschrift', 'Transport', 'Autre chose')
    """
    other = word(text, lang) if lang else None
    return f"{text} · {other}" if other and other != text else text


def amount(number, unit, lang):
    """``4 Wochen``."""
    one, many = _UNITS[unit][ORDER.index(lang)]
    return f"{number}{NBSP}{one if number == 1 else many}"


def duration(minutes, lang):
    """``133 Stunden`` or ``33 h 30``."""
    whole, rest = divmod(minutes, 60)
    return f"{whole}{NBSP}h{NBSP}{rest:02d}" if rest else amount(whole, "hour", lang)


def day(text, lang):
    """A date in words of a language.

    >>> day("2026-11-02", "en_GB"), day("2026-11-02", "it_IT")
    ('Monday 2 November 2026', 'lunedì 2 novembre 2026')
    """
    return format_date(date.fromisoformat(text), _PATTERNS.get(lang, _DAY), locale=lang)


def day_name(key, lang):
    """Name of a day of the timetable (``mon``)."""
    # 5 January 2026 is a Monday
    moment = date(2026, 1, 5 + hours.DAYS.index(key))
    name = format_date(moment, "EEEE", locale=lang)
    return name[:1].upper() + name[1:]


def dates(period, lang):
    """``From Monday 2 November 2026 to …``."""
    start, end = (day(period[name], lang) for name in ("date_start", "date_end"))
    return _FROM_TO[lang].format(start=start, end=end)
