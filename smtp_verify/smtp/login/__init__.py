"""AUTH: the mechanisms, OAuth2 tokens, and which of them nodemailer picks."""
