"""The computer's side of Twig: hub, virtual plug, images and the command `twig`."""
