# ruff: noqa: I001 (a base is imported before what inherits it)
from . import bde_alumnus
from . import bde_alumnus_page
