"""Publishing: what a transaction says about its owner's entities, to everybody or to one owner."""
