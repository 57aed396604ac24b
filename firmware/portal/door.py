"""Who may come in to the page of run mode; it outlives the doorman, who goes while TLS begins."""

from time import ticks_ms


class Door:
    """`token` of who has logged in; wrong passwords in a row, ticks_ms of the last one.

    `age`: how often the settings were changed; `visitor`: the socket of who is in; `listener`: that on which
    they call; `doorman`: the task that lets them in; the others are run mode's.
    """

    def __init__(self, panel, session, health):
        self.panel = panel
        self.session = session
        self.health = health
        self.token = self.visitor = self.listener = self.doorman = None
        self.age = self.wrong = 0
        self.wrong_at = self.used = ticks_ms()
