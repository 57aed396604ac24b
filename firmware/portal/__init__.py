"""The pages of a plug: HTTP, DNS and the access point of setup mode, the page of run mode."""
