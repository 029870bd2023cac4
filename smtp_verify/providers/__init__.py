"""Who the server is: one record a provider, nodemailer's services, sending domains, OAuth2 errors."""
