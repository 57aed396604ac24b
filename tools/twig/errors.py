"""The root of every error that a user of Twig's tools can cause or cure."""


class TwigError(Exception):
    """Says in one line what is wrong and what to do; `twig` prints `text` and exits with `exit_code`."""

    exit_code = 1

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text
