"""smtp-verify: checks, renders and test-sends a config of Logto's SMTP connector.

The map, from the bottom up. A room may use the rooms on the tiers before its own; rooms that share a tier
(providers and mail, lint and diagnosis) do not know each other, and nothing goes in a circle.
`tests/test_architecture.py` holds it to that, and states the order of the wings too.

ground      errors, finding, redaction, codes, exit_code, javascript, fragments, logto_versions: facts that
            everybody may know
config      what the operator wrote: a Document whose every value knows its place  -> validate, schema
  reading     bytes to a tree with positions; no word of Logto in here
  schema      the keys as a table, the connector's guard, what Save strips, placeholders, secret keys
  editing     changes in the text that keep comments and layout
providers   who the server is: which names are whose (`families`), settings, sending domains, nodemailer's
            services, OAuth2 errors
mail        what the recipient gets: the template, Logto's substitution, the message as nodemailer
            builds it                                                              -> render
starter     what to begin with: a provider's settings, comments, templates in three languages
                                                                                   -> init
smtp        what is said on the wire: the effective settings                       -> test-send, probe
  wire        the connection: bytes, replies, deadlines; stages, endings and the transcript
  tls         TLS as Node does it: options, contexts, certificates and their names
  login       AUTH: mechanisms, tokens, what of a login must not show
  session     one session stage by stage; beside it `sandbox`, the embedded server
  ladder      the ways to a server, tried one beside the other
domain      what the sender's domain says to receivers: MX, SPF, DKIM, DMARC       -> probe --dns
lint        what will go wrong, and the verdict; `registry` lists the rules        -> validate, explain
  rules       one module a family, one documented function a rule
  selection   which findings count: codes, comments that ignore, settings
  fixes       what to write instead, and making it
diagnosis   why it went wrong, and what to write instead: tables of rows           -> explain
runs        what happened when it was tried: sends, probes, their reports as data, readiness, signals
report      how it is said; `visible`, the one door to a terminal
  formats     what several subjects share: SARIF, annotations of GitHub, JSON, lines and their margins
  findings, mail, session, probe, pages     by subject
cli         argv in, exit code out: `app` lists the commands; `boundary`, where exceptions become exit codes
  terminal    asking, progress, output, time
  arguments   one request a command: its fields are the parameters, declared there alone
  commands    what each command does, from its request to its exit code
"""

__version__ = "0.1.0"
