"""The hub's page: templates, one script, one style sheet; nothing comes from elsewhere."""
