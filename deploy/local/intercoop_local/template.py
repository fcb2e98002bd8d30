"""What instances' processes are forked from: the chassis is imported once, and no service is.

Imported by the fork server alone. What it holds by then is left to no collector: one that looked at
it in a forked process would copy each page that it writes its marks to.
"""

import gc

import intercoop_local.main  # noqa: F401  what every process runs

gc.collect()
gc.freeze()
