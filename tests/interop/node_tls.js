// Plays cells of the TLS matrix as Logto would: one JSON document a line in, one verdict a line out.
'use strict';

const readline = require('readline');
const tls = require('tls');
const Connection = require('nodemailer/lib/smtp-connection');

const TIMEOUT = 20000;
const connect = tls.connect;
let threw = null;

tls.connect = (...given) => {
    try {
        return connect(...given);
    } catch (error) {
        threw = error;
        throw error;
    }
};

function play(options) {
    threw = null;
    return new Promise(resolve => {
        const connection = new Connection({
            ...options, connectionTimeout: TIMEOUT, greetingTimeout: TIMEOUT, socketTimeout: TIMEOUT, logger: false
        });
        const end = (verdict, error) => {
            process.removeAllListeners('uncaughtException');
            connection.removeAllListeners();
            connection.on('error', () => false);
            connection.close();
            resolve({ verdict: threw ? 'throws' : verdict, why: String((threw || error || {}).message || '') });
        };
        process.on('uncaughtException', error => end('exits', error));
        connection.on('error', error => end('refused', error));
        connection.on('end', () => end('refused', new Error('the connection ended')));
        connection.connect(() => end(connection.secure ? 'encrypted' : 'clear'));
    });
}

async function main() {
    console.log(JSON.stringify({ node: process.version, openssl: process.versions.openssl }));
    for await (const line of readline.createInterface({ input: process.stdin })) {
        console.log(JSON.stringify(await play(JSON.parse(line))));
    }
    process.exit(0);
}

main();
