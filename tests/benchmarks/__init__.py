"""Benchmarks: figures of the suite beside a yardstick measured in the same run.

``./bde bench --data`` makes the data set (``dataset``), ``./bde bench agreements`` runs a group
(``agreements``). The harness does not know Odoo; ``odoo_env`` and ``webclient`` do.
"""
