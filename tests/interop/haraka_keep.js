// A Haraka plugin: each message becomes a file of its own, and goes nowhere; one recipient is refused.
//
// Both hooks for messages are needed: a client that has logged in is relayed for, and without the second one its
// message would leave this machine.

"use strict";

const fs = require("node:fs");
const path = require("node:path");

exports.register = function () {
  this.register_hook("rcpt", "refuse");
  this.register_hook("queue", "keep");
  this.register_hook("queue_outbound", "keep");
};

exports.refuse = function (next, connection, [recipient]) {
  if (recipient.address === this.config.get("refused")) return next(DENY, "no such user");
  return next();
};

exports.keep = function (next, connection) {
  const { message_stream: message, uuid } = connection.transaction;
  const file = fs.createWriteStream(path.join(this.config.get("keep_messages_in"), `${uuid}.eml`));
  file.once("close", () => next(OK));
  message.pipe(file);
};
