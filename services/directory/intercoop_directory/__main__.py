"""`python -m intercoop_directory` is `intercoop-directory`."""

from intercoop_directory.main import main

main()
