"""`python -m intercoop_local` is `intercoop`."""

from intercoop_local.main import main

main()
