from . import sign, verify
