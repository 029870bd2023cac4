"""Which ways lead to a server: the variants of a config, tried one beside the other."""
