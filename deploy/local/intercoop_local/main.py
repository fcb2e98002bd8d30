"""`intercoop`: the command of the local network."""

from intercoop_local.commands import intercoop

main = intercoop
