"""What the code of a training level (MEF) says by itself.

MEF, 10 digits = dispositif (3) + speciality, the last 5 digits of the CFD (5) + duration in
years (1) + year in the course (1). All codes of the public lists of the allowance satisfy it
(``data/mefs`` of the State's application, school years 2023-2024 to 2026-2027).
"""

import re

# dispositif -> (diploma of bde.training, first three digits of the CFD)
_DISPOSITIFS = {
    "240": ("cap", "500"),
    "241": ("cap", "500"),
    "242": ("cap", "500"),
    "246": ("bac_pro", "400"),
    "247": ("bac_pro", "400"),
    "250": ("bma", "401"),
    "251": ("bma", "401"),
    "257": ("cs", "561"),
    "258": ("cs", "461"),
    # agricultural education: CAP in two years, bac pro, CAP whose length is individual
    "271": ("cap", "503"),
    "276": ("bac_pro", "403"),
    "280": ("cap", "503"),
    "740": ("fcil", ""),
    "741": ("fcil", ""),
}
_LEVEL_WORDS = re.compile(
    # 1cap2, 2cap2a (agriculture), capa-a, 2ndpro, 2dproa, 1erpro, 1eproa, tlepro, tlproa
    r"^(?:[123]cap\d?a?|capa(?:-a)?|(?:2n?de?|1[eè]?r?e?|tle?) ?proa?(?: agricole)?)\b[ .:-]*",
    re.IGNORECASE,
)


def training_values(mef, label):
    """Values of a ``bde.training`` made from its MEF and its label in the nomenclature.

    A second year of study shared by a family of trades ("2nde commune") has its own code and
    prepares no diploma by itself.
    """
    diploma, prefix = _DISPOSITIFS.get(mef[:3], ("other", ""))
    shared = diploma == "bac_pro" and "commune" in label.lower()
    name = _LEVEL_WORDS.sub("", " ".join(label.split()))
    return {
        "name": (name[:1].upper() + name[1:]) if name else mef,
        "mef": mef,
        "cfd": prefix + mef[3:8] if prefix and not shared else False,
        "diploma": "seconde_pro" if shared else diploma,
    }
