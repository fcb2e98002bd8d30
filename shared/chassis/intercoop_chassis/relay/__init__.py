"""The relay: carries committed changes to the broker, in order, each once in effect."""

from intercoop_chassis.relay.leader import Relay

__all__ = ["Relay"]
