"""The one database of an office: its tables, migrations, copies, and the audit log.

SQLite by default, PostgreSQL by URL.
"""
