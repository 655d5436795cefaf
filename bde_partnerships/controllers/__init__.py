from . import sign, sign_answers, tablet, verify
from . import optout
from . import offer
from . import template
from . import handover
from . import sms
from . import paper
from . import export
from . import tax_gift
from . import tax_thanks
from . import tax
from . import tax_sheet
from . import tax_letter
