"""Meetings of worker co-operatives: seats across instances, calendars."""
