from . import hosting
from . import convention
