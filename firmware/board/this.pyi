# The image build puts the wanted board's module under this name. Every board binds these; docs/boards.md
# says what they mean. What a board binds beside them is for tools only and lies on no device.
MODEL: str
RELAYS: tuple[tuple[int, int], ...]
BUTTON: tuple[int, int]
LED: tuple[int, int]
GROUPS: tuple[tuple[int, ...], ...]
INPUTS: tuple[int, ...]
BAUD: int
CHIP: str
