"""Alembic's migrations of the hub's database; they run when the hub starts."""
