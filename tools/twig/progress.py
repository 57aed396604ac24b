"""How an update's states make one bar from nothing to done, for the page and for `twig`."""

FETCHED = 80  # percent of the whole when everything is fetched; it takes most of the time
AFTER = {"staged": 85, "trial": 90, "confirmed": 100}
WORDS = {
    "waiting": "waits for the device",
    "offered": "offered",
    "withdrawn": "withdrawn",
    "refused": "refused",
    "fetching": "fetching",
    "staged": "fetched, restarts",
    "trial": "on trial",
    "confirmed": "done",
    "rolled back": "rolled back",
}
OPEN = ("waiting", "offered", "fetching", "staged", "trial")
FAILED = ("refused", "rolled back")


def overall(state: str, percent: int) -> int:
    """Percent of the whole update; `percent`: of what has to be fetched."""
    return percent * FETCHED // 100 if state == "fetching" else AFTER.get(state, 0)


def words(state: str) -> str:
    """The state for people."""
    return WORDS.get(state, state)
