from . import hosting
from . import convention
from . import stay
from . import departure
from . import evaluation
from . import visits, mileage
from . import incident
from . import booklet
from . import grid_sheet
from . import period_report
