"""What the recipient gets: the template, its variables, and the message as nodemailer builds it."""
