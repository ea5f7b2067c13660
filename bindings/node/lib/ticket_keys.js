'use strict';
// Today's ticket keys: 48 bytes that servers share. Here they are a secret that the keys of each period are derived from.
const { randomBytes } = require('crypto');
const { mistake } = require('./mistakes');

const size = 48;

/** A copy of the 48 bytes; `what` is what an error calls them. */
function ticketKeys(keys, what) {
  if (!ArrayBuffer.isView(keys)) {
    throw mistake(TypeError, 'ERR_INVALID_ARG_TYPE', `${what} is to be a Buffer of ${size} bytes, and is of type ${typeof keys}`);
  }
  if (keys.byteLength !== size) {
    throw mistake(TypeError, 'ERR_INVALID_ARG_VALUE', `${what} is to be ${size} bytes, and is ${keys.byteLength}`);
  }
  return Buffer.from(new Uint8Array(keys.buffer, keys.byteOffset, keys.byteLength));
}

/** A server's options with its ticket keys as a secret. */
function withTicketKeys({ ticketKeys: keys, ...options }) {
  if (keys === undefined) return options;
  if (options.ticketSecret !== undefined) {
    throw mistake(TypeError, 'ERR_OPTION_CONFLICT', '`ticketKeys` and `ticketSecret` are mutually exclusive: each is what the keys of ' +
      'tickets are derived from');
  }
  return { ...options, ticketSecret: keys };
}

/** A server makes no tickets, because its sessions are elsewhere. */
function noTickets(where) {
  return mistake(Error, 'ERR_OPTION_CONFLICT', `this server's sessions are ${where}, in place of tickets: leave that out, or ticketKeys, ` +
    'ticketSecret and what sets or gets them');
}

module.exports = { newTicketKeys: () => randomBytes(size), noTickets, ticketKeys, withTicketKeys };
