"""Why an update ends; the text is short enough to be the reason of an UpdateReport."""


class UpdateError(Exception):
    """The root of them."""


class Refused(UpdateError):
    """What was offered is not taken, however often it comes."""


class FlashFull(UpdateError):
    """The flash has not room enough; nothing that was needed is lost."""


class DigestDiffers(UpdateError):
    """What came was not what the manifest says, twice."""


class FetchFailed(UpdateError):
    """The other side did not give it; what is staged stays, for the next attempt."""
