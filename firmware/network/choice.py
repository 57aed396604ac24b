"""In which order Wi-Fi networks are tried: the one joined last, then by the signal that is remembered.

`session.joined` is what is remembered: (ssid, dBm) of each network that was joined, the last success first.
"""

MOST = 4  # as many as a configuration has
UNKNOWN_DBM = -200  # below every signal: never joined


def order(networks, joined, told):
    """The networks as they are to be tried; `told`: the SSID that the SDK knows from before."""
    names = [ssid for ssid, _ in joined]
    last = names[0] if names else told
    ranked = []
    for known in networks:
        ssid = known["ssid"]
        place = names.index(ssid) if ssid in names else MOST + len(ranked)  # decides between equals
        dbm = joined[place][1] if place < MOST else UNKNOWN_DBM
        ranked.append((ssid != last, -dbm, place, known))
    ranked.sort(key=lambda each: each[:3])
    return [each[3] for each in ranked]


def keep(session, ssid, dbm, place=0):
    """It was joined with that signal; `place` 1: and left again."""
    joined = [each for each in session.joined if each[0] != ssid]
    joined.insert(place, (ssid, dbm))
    session.joined = joined[:MOST]
