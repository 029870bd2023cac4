"""Public keys for DKIM, made once: a new one for each run costs seconds."""

RSA_1024 = (
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC8i/fSKwN+A99cYylGT7ka8nyMCazDPSN1Sgn8ZkMNn1p/oI3VgANwGbVh1Xtb"
    "/Wk0hej9Tk2eqDPWgg3FxOBmM0Kbn29+6t8YNd5HVZGF8m/fauSDMGjA1Z3+sLAYrOoLEiUQyyuxWOH6c+B9bHmagtP+t7XeyPaV"
    "iZHwqbVPzwIDAQAB"
)
RSA_2048 = (
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAze2dzocTYLOSY17nFYRmqYBrZxsBmpE2IVQf5Qv+JefMPqK9nY0LeABF"
    "YzSzb6oHXIWhj3CKvubt0Q6E0GXPXS0Hvqs+HrKrixVA0U3Q41K9kTRdS3sVBFI9q/XdYnYFQr8Mwapbv0OrzNdqupaJ3gZ0bROT"
    "2632sXQjeFVJSckvioSLaiERS3DGLQYTywawG+igSNMCQ8DcwU1s3MvWiZcHWF/ueYpAiI4eT7C7c6pJkZRNV8fdboaHBj+PqzbZ"
    "r5YnAwubg348he4dFe4jM3B/ZHIjslI1piFAIFlwFgkqz+stf/WXje7LOouw5hCrYJ10Unegv8LvufVtQSRrLwIDAQAB"
)
RSA_2048_BARE = (
    "MIIBCgKCAQEAze2dzocTYLOSY17nFYRmqYBrZxsBmpE2IVQf5Qv+JefMPqK9nY0LeABFYzSzb6oHXIWhj3CKvubt0Q6E0GXPXS0H"
    "vqs+HrKrixVA0U3Q41K9kTRdS3sVBFI9q/XdYnYFQr8Mwapbv0OrzNdqupaJ3gZ0bROT2632sXQjeFVJSckvioSLaiERS3DGLQYT"
    "ywawG+igSNMCQ8DcwU1s3MvWiZcHWF/ueYpAiI4eT7C7c6pJkZRNV8fdboaHBj+PqzbZr5YnAwubg348he4dFe4jM3B/ZHIjslI1"
    "piFAIFlwFgkqz+stf/WXje7LOouw5hCrYJ10Unegv8LvufVtQSRrLwIDAQAB"
)
"""Without the algorithm around it, as RFC 6376 itself writes it."""
RSA_4096 = (
    "MIICIjANBgkqhkiG9w0BAQEFAAOCAg8AMIICCgKCAgEAxCSqJg7gfYj8A/M2NbcMeotyx0nYiMnmpJcncs4s0v/ZbjdzesG7ON6V"
    "45ria/hi+ya/0g8IjK/+gHdzAIBaitoRaFtelnK5AxIQReWDlOP4y1ES6gZYvazNKu0FknIAziChuDL5xK9stA2dWPXuPnXW/qLR"
    "8HARKWH2HJjrXrG01ciMvg1ZUQfaLkK+053WUg8EG74SHQdxPwQYhhlJ7wPcCiGEaKSh+MGeNHOEGNz003neZfbv7Fr6t6/p17+f"
    "5e7/Up8pLJ1ATxcwQNjrxgF4XlW9pLKthXc82gdwQn4IT7KxjMvhEgY3B4ERiglcYFoETphqT1of8ndkSOtx+0TZFluAXMRdWrlA"
    "tZnJnUCEdDL7C1ngw5svwJCQ2dcpY4h9NafyvcsbgcnsZaY1BqdBpGF55h4DNL55unkgPs8eODrljXBIs5JAxDpYkUno4/XdVv5F"
    "borkvmmJ4KYQniCuSNId5RKXsUQqg67rCp9iBf50JSUpgR472NYTkObovbC/EvrhLZPIWA22ci9XaNklDcyVHvJeROk06k+13REt"
    "g80qUSRaO7B9DNjihrZyPg5xrD2V1iMQj1OO6c26cLdqpX53YpeuKCOhZhsDYA9jH550YCM7RRtSbtOc0DC5bmRsohSuGFf0C+20"
    "bZ9DI+o78SZ27fWrA+l8M/DQ50UCAwEAAQ=="
)
ED25519 = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
"""That of RFC 8463 appendix A.2."""
# Libraries make no RSA keys of less than 1024 bits any more; `openssl genrsa 512` still made this one.
SHORT = (
    "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAN4JlLwQSZRl7IDOwGXZsZ01BOfznJpCGKmIQFmI6Ses3DknQdtosJpWaUsm0IIvMngx"
    "Wssvk/i84n9gRYW8jLECAwEAAQ=="
)
