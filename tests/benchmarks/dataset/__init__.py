"""The whole-académie data set: 100 schools, 30,000 pupils, 120,000 placements.

``python -m tests.benchmarks.dataset`` makes it once in a database and keeps it. The numbers are
drawn from a fixed seed: the same on every machine, but for the dates, which follow the running
school year. Importing the modules below registers their steps, in this order.
"""

# the order of the steps
from . import ground  # isort: skip
from . import pupils  # isort: skip
from . import placements  # isort: skip
from . import documents  # isort: skip
from . import partners  # isort: skip
from . import followup  # isort: skip
from . import taxe  # isort: skip
from . import alumni  # isort: skip
