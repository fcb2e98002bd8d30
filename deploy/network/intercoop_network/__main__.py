"""`python -m intercoop_network`."""

from intercoop_network.main import main

main()
