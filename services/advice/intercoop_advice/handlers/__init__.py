"""Load, decide, save, publish.

`offers` (the helper's commands) stands on `requests` (the asker's), which stands on `received`
(what the helper's side is told). Where asker and helper are of one instance, the word of one side
is handed to the other in the same transaction; else it is published, and `subscribers` hands it on.
Whoever changes anything locks the request first, then invitations.
"""
