"""What the code of a training level (MEF) says by itself.

MEF, 10 digits = dispositif (3) + speciality, the last 5 digits of the CFD (5) + duration in
years (1) + year in the course (1). All codes of the public lists of the allowance satisfy it.
"""

import re

# dispositif -> (diploma of bde.training, first three digits of the CFD)
_DISPOSITIFS = {
    "240": ("cap", "500"),
    "241": ("cap", "500"),
    "242": ("cap", "500"),
    "247": ("bac_pro", "400"),
    "250": ("bma", "401"),
    "251": ("bma", "401"),
    "257": ("cs", "561"),
    "258": ("cs", "461"),
    "271": ("bac_pro", "403"),
    "276": ("cap", "503"),
    "740": ("fcil", ""),
    "741": ("fcil", ""),
}
_LEVEL_WORDS = re.compile(
    r"^(?:1[cC][aA][pP]\d?|2[cC][aA][pP]\d?|3[cC][aA][pP]\d?|2n?de? ?pro|1[eè]?re? ?pro|tle ?pro|"
    r"2ndpro|1erpro|tlepro)\b[ .:-]*",
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
