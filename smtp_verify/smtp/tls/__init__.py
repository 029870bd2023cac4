"""TLS as Node does it: options, contexts, certificates and their names."""
