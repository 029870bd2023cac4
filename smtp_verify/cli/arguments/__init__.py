"""One request a command: its fields are the parameters of the command, declared there alone."""
