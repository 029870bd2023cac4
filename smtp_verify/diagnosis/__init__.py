"""Why it went wrong, and what to write instead: a table of rows, looked through once a session has failed."""
