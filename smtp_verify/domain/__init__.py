"""What the sender's domain says to those who get its mail: MX, SPF, DKIM and DMARC."""
