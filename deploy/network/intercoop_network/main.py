"""`intercoop-network`: the command of the cluster's operator."""

from intercoop_network.commands import network

main = network
