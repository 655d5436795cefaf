"""What a school asks a company for, and by which road. No Odoo here.

One list for pipelines, approaches, cool-downs and opt-outs: what a company says no to is named
as what it was asked for.
"""

PURPOSES = [
    ("placements", "Placements of pupils"),
    ("apprenticeship", "Apprenticeship contracts"),
    ("partnership", "Partnership agreements"),
    ("tax", "Taxe d'apprentissage"),
    ("events", "Events: forums, visits, juries"),
    ("alumni", "Alumni"),
]

CHANNELS = [
    ("call", "Phone call"),
    ("mail", "E-mail"),
    ("visit", "Visit"),
    ("meeting", "Meeting"),
    ("letter", "Letter"),
    ("sms", "Text message"),
]
