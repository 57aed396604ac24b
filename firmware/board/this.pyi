# The image build puts the wanted board's module under this name; to the type checker it is the first board.
from firmware.board.s26 import *
