"""smtp-verify: checks, renders and test-sends a config of Logto's SMTP connector.

The map, in the direction of imports (each room may use those to its left):

    finding, errors, fragments, redaction, logto_versions <- config <- mail <- starter <- smtp <- domain
    <- lint <- diagnosis <- report <- cli

config     what the operator wrote: bytes to a Document whose every value knows its place; the schema as
           a table; the connector's guard, and its issues in words; the JSON Schema    -> validate, schema
mail       what the recipient gets: the template, Logto's substitution, the message as nodemailer builds
           it                                                                          -> render
starter    what to begin with: a provider's settings, comments, templates in three
           languages                                                                   -> init
smtp       what is said on the wire: the effective settings, one session stage by stage, the embedded
           server                                                                      -> test-send
domain     what the sender's domain says to receivers: MX, SPF, DKIM, DMARC
lint       what will go wrong: one module a family, one documented function a rule, RULES an explicit
           tuple; FIXERS, what to write instead for --fix                              -> validate
diagnosis  why it went wrong, and what to write instead: a table of rows               -> explain
report     how it is said: text, JSON, HTML, SARIF, annotations of GitHub, Code Quality of GitLab, JUnit;
           `visible`, the one door to a terminal
cli        argv in, exit code out: one module a subcommand, one error boundary
"""

__version__ = "0.1.0"
