"""What the page of run mode keeps between two requests."""

from time import ticks_ms


class Door:
    """Who may come in: `token` of who has logged in; wrong passwords in a row, ticks_ms of the last one."""

    def __init__(self, panel, session, health, sealed):
        self.panel = panel
        self.session = session
        self.health = health
        self.sealed = sealed
        self.token = None
        self.age = self.wrong = 0  # `age`: how often the settings were changed
        self.wrong_at = self.used = ticks_ms()
