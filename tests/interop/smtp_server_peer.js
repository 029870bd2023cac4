// smtp-server with one AUTH mechanism, on two ports: STARTTLS and implicit TLS.
//
// node smtp_server_peer.js '{"mechanism", "user", "secret", "refused", "key", "cert", "messages"}'
//
// The first line on stdout is {"starttls": PORT, "tls": PORT}; stderr has what clients say; each message
// becomes a file of its own, byte for byte, before it is acknowledged.

"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { SMTPServer } = require("smtp-server");

const settings = JSON.parse(process.argv[2]);

const silent = () => {};
const logger = {
  trace: silent,
  debug: (entry, ...words) => fs.writeSync(2, `${words.join(" ")}\n`),
  info: silent,
  warn: silent,
  error: silent,
  fatal: silent,
};

function isRight(auth) {
  if (auth.username !== settings.user) return false;
  if (auth.method === "CRAM-MD5") return auth.validatePassword(settings.secret);
  if (auth.method === "XOAUTH2") return auth.accessToken === settings.secret;
  return auth.password === settings.secret;
}

function onAuth(auth, session, callback) {
  if (isRight(auth)) return callback(null, { user: auth.username });
  // For XOAUTH2 `data` is what the challenge holds; the others are refused at once.
  return callback(null, { data: { status: "401", schemes: "bearer", scope: "https://mail.example/" } });
}

function onRcptTo(address, session, callback) {
  if (address.address !== settings.refused) return callback();
  return callback(Object.assign(new Error("no such user"), { responseCode: 550 }));
}

let count = 0;

function onData(stream, session, callback) {
  const chunks = [];
  stream.on("data", (chunk) => chunks.push(chunk));
  stream.on("end", () => {
    count += 1;
    fs.writeFileSync(path.join(settings.messages, `${process.pid}-${count}.eml`), Buffer.concat(chunks));
    callback(null, "taken");
  });
}

function listen(secure) {
  const server = new SMTPServer({
    secure,
    key: fs.readFileSync(settings.key),
    cert: fs.readFileSync(settings.cert),
    authMethods: [settings.mechanism],
    logger,
    onAuth,
    onRcptTo,
    onData,
  });
  // A client that does not trust the certificate hangs up in the middle of the handshake.
  server.on("error", (error) => fs.writeSync(2, `${error.message}\n`));
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(server.server.address().port));
  });
}

Promise.all([listen(false), listen(true)]).then(([starttls, tls]) => {
  console.log(JSON.stringify({ starttls, tls }));
});
