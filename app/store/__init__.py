"""Where logs are kept: rows in SQL, bytes in an object store."""
