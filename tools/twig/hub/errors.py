"""What can go wrong at the hub; each text says to a person what is wrong and what to do."""

import errno

from twig.errors import TwigError


class HubError(TwigError):
    """The root of the hub's errors."""


class DeviceUnknown(HubError):
    """No device with that GUID has ever joined."""

    def __init__(self, guid: str) -> None:
        super().__init__(f"No device {guid} is known here; the list of devices shows those that have joined.")


class IOUnknown(HubError):
    """The device has no IO of that id."""

    def __init__(self, device: str, io: int) -> None:
        super().__init__(f"{device} has no IO {io}; the device's page lists its IOs.")


class DeviceOffline(HubError):
    """The device is known but not connected now."""

    def __init__(self, device: str) -> None:
        super().__init__(f"{device} is offline; check its power and its Wi-Fi.")


class WrongType(HubError):
    """A value that the IO's type does not take."""


class OutOfRange(HubError):
    """A value beyond the IO's type or limits."""


class BadSetting(HubError):
    """A setting that the device does not know, or a value that it does not take."""


class NotWritable(HubError):
    """The IO only reports values."""

    def __init__(self, device: str, io: str) -> None:
        super().__init__(f"{io} of {device} can be read only.")


class NoAnswer(HubError):
    """The device stayed silent beyond the time-out."""

    def __init__(self, device: str, seconds: float) -> None:
        super().__init__(f"{device} did not answer within {seconds:g} s; try again.")


class Refused(HubError):
    """The device answered with an error code of the protocol (section 3)."""

    def __init__(self, device: str, code: int, text: str) -> None:
        super().__init__(f"{device} refused: {text or 'no reason given'} (code {code}).")
        self.code, self.reason = code, text


class NoKey(HubError):
    """The device has no key of its own yet."""

    def __init__(self, device: str) -> None:
        super().__init__(f"{device} has no key of its own; join it with a code first ('twig join-code').")


class CodeUnknown(HubError):
    """No join code with that id is listed."""

    def __init__(self, number: int) -> None:
        super().__init__(f"No join code {number} is known here; the list of join codes shows those that are.")


class Busy(HubError):
    """A queue is full; nothing has been done."""


class AccessError(HubError):
    """Somebody may not do what was asked for."""


class LoginNeeded(AccessError):
    """No session and no token, or one that is not, or no longer, good: all look alike."""

    def __init__(self) -> None:
        super().__init__(
            "This hub wants to know who asks: log in at its page, or send a token that is good; "
            "'twig token create NAME' at the hub makes one."
        )


class WrongLogin(AccessError):
    """A name or a password is wrong; which of the two is not said."""

    def __init__(self) -> None:
        super().__init__("Name or password is wrong; try again.")


class TooManyAttempts(AccessError):
    """Wrong passwords or tokens came too fast; `seconds` until the next one is looked at."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many wrong attempts; try again in {seconds} s.")
        self.seconds = seconds


class ScopeTooSmall(AccessError):
    """The token is good, but not for this."""

    def __init__(self, has: str, needed: str) -> None:
        super().__init__(f"This token may {has} only; this needs one with the scope {needed}.")


class FormTooOld(AccessError):
    """A change that a cookie authorises came without the token of the session's own pages."""

    def __init__(self) -> None:
        super().__init__("This did not come from a page of your present login; load the page again.")


class BadPassword(HubError):
    """A password that may not be one."""


class BadTokenName(HubError):
    """A name that a token may not have."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"'{name}' is no name for a token: it has 1 to 40 letters, digits, dots, dashes, underscores."
        )


class TokenExists(HubError):
    """A token of that name is there."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is a token {name}; revoke it first or choose another name.")


class TokenUnknown(HubError):
    """No token of that name is there."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no token '{name}'; 'twig token list' shows all.")


class TooManyTokens(HubError):
    """The bound of the number of tokens is reached."""

    def __init__(self, most: int) -> None:
        super().__init__(f"There are {most} tokens, which is the most; revoke those that nobody uses.")


class BadRelease(HubError):
    """What was to be published is no release, or was changed; the text names the part."""


class ReleaseUntrusted(HubError):
    """Nobody whom the hub trusts has signed a release."""

    def __init__(self, signers: list[str]) -> None:
        who = f"It is signed by {' and '.join(signers)}" if signers else "Nobody has signed it"
        super().__init__(
            f"The release is by nobody whom this hub trusts. {who}; 'twig release trust KEY.pub' adds a key."
        )


class ReleaseOlder(HubError):
    """A newer release for that board is published."""

    def __init__(self, board: str, sequence: int, newest: int) -> None:
        super().__init__(
            f"The release for {board} has the sequence {sequence}, and {newest} is published: plugs that "
            "have that refuse this. Build it with a greater one, or say --older."
        )


class SequenceTaken(HubError):
    """Another release for that board has the same sequence: a plug could not tell them apart."""

    def __init__(self, board: str, sequence: int, version: str) -> None:
        super().__init__(
            f"Another release for {board}, version {version}, has the sequence {sequence}. "
            "Build this one with a greater one."
        )


class TooManySignatures(HubError):
    """The bound of the number of signatures of one release is reached."""

    def __init__(self, signers: list[str], most: int) -> None:
        super().__init__(
            f"The release has signatures by {' and '.join(signers)}; {most} are the most. "
            "'twig release trust --drop FINGERPRINT' of a key that no plug needs takes its signature off."
        )


class BadReleaseKey(HubError):
    """What was sent is no public key that releases can be signed by."""


class KeyUnknown(HubError):
    """No key of that fingerprint is trusted."""

    def __init__(self, fingerprint: str) -> None:
        super().__init__(f"No key {fingerprint} is trusted here; 'twig release trust' lists those that are.")


class TooManyKeys(HubError):
    """The bound of the number of keys is reached."""

    def __init__(self, most: int) -> None:
        super().__init__(f"There are {most} keys for releases, which is the most; drop one of them first.")


class ReleaseUnknown(HubError):
    """No release is published under that version or SHA-256, or none for a board."""

    def __init__(self, wanted: str, board: str = "") -> None:
        what = f"No release {wanted}" if wanted else "No release"
        where = f" for {board}" if board else ""
        super().__init__(f"{what}{where} is published here; 'twig release list' shows those that are.")


class ReleaseUnclear(HubError):
    """The beginning of a SHA-256 fits several releases."""

    def __init__(self, wanted: str, count: int) -> None:
        super().__init__(f"{wanted} fits {count} releases; give more of the SHA-256 of its manifest.")


class UpdateUnderWay(HubError):
    """The device is busy with another release."""

    def __init__(self, device: str, version: str, state: str) -> None:
        super().__init__(f"{device} is under way to {version} ({state}); wait until that is over.")


class HasRolledBack(HubError):
    """The device has gone back from that release before."""

    def __init__(self, device: str, version: str) -> None:
        super().__init__(f"{device} has rolled back from {version} before; to try it once more say --again.")


class NoOffer(HubError):
    """No offer waits for the device that could be withdrawn."""

    def __init__(self, device: str) -> None:
        super().__init__(f"No offer waits for {device}: there is none, or it has taken it already.")


class NobodyToUpdate(HubError):
    """A rollout would have no devices."""

    def __init__(self, fits: int, shunned: int) -> None:
        if shunned:
            text = f"All that lack it have rolled back from it ({shunned}); to try it once more say --again."
        elif fits:
            text = f"All {fits} devices of its boards have confirmed it."
        else:
            text = "No device of its boards has joined yet."
        super().__init__(text)


class NotInRollout(HubError):
    """A device that a wave names would not get the release."""

    def __init__(self, guid: str) -> None:
        super().__init__(
            f"A wave names {guid}, which is not known here, is of another board, has the release, "
            "or has rolled back from it."
        )


class RolloutUnknown(HubError):
    """No rollout of that number is known."""

    def __init__(self, number: int) -> None:
        super().__init__(f"No rollout {number} is known here; 'twig rollout list' shows those that are.")


class RolloutGoing(HubError):
    """One of the boards has another rollout that is not over."""

    def __init__(self, number: int, version: str) -> None:
        super().__init__(
            f"Rollout {number} of {version} is not over: stop it first ('twig rollout stop {number}')."
        )


class RolloutOver(HubError):
    """What was asked for is possible only while a rollout is going."""

    def __init__(self, number: int, state: str) -> None:
        super().__init__(f"Rollout {number} is {state}: begin another one.")


class StoreError(HubError):
    """The database cannot be opened or written."""


class StartError(HubError):
    """The hub cannot start: a port or its directory is taken."""


class NoPassword(StartError):
    """Page and API must not be opened to the network before there is a password."""

    def __init__(self, data: str) -> None:
        super().__init__(
            "Page and API stay on this computer until there is a password: "
            f"set one with 'twig password --data {data}', or start once without --http-host."
        )


class BadCertificate(StartError):
    """The certificate or the key for HTTPS cannot be used."""


class PortTaken(StartError):
    """A port, or the address that it belongs to, is not to be had; names the option that chooses another."""

    def __init__(self, cause: OSError, host: str, port: int, port_option: str, host_option: str = "--host"):
        if cause.errno in (errno.EADDRNOTAVAIL, errno.ENODEV):
            super().__init__(f"This computer has no address {host}; choose another with {host_option}.")
            return
        known = {errno.EADDRINUSE: "is in use", errno.EACCES: "needs more rights"}
        reason = known.get(cause.errno or 0, f"cannot be had ({cause.strerror or cause})")
        super().__init__(f"Port {port} on {host} {reason}; choose another with {port_option}.")


class TlsMissing(StartError):
    """The installed bindings of OpenSSL are not those that the hub's TLS is written for."""

    def __init__(self, found: dict[str, str], wanted: list[str]) -> None:
        have = " and ".join(f"{name} {version}" for name, version in found.items())
        names = " ".join(f"'{each}'" for each in wanted)
        super().__init__(f"The hub's TLS is not made for {have}; install others: pip install {names}")
