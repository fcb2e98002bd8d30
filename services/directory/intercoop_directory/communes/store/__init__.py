"""The communes, and the codes and names that became theirs."""

from intercoop_directory.communes.store.loading import are_loaded, replace_all
from intercoop_directory.communes.store.meant import gazetteer_of
from intercoop_directory.communes.store.search import look_up, suggest

__all__ = ["are_loaded", "gazetteer_of", "look_up", "replace_all", "suggest"]
