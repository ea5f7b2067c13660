'use strict';
const binding = require('./binding');
const Carrier = require('./carrier');
const HandleStream = require('./handle_stream');

/** The TCP connection under a server's TLS. What it receives is TLS's; what is written to it reaches the peer as it is. */
class RawSocket extends HandleStream {
  constructor(handle) {
    super({ allowHalfOpen: true });
    Carrier.take(this);
    binding.own(handle, this);
    this._attach(handle);
  }
  // The server tells of its failure already.
  _unheard() {}
}

/** Null, the script's own Duplex, or a RawSocket. */
function rawOf(carrier) {
  if (carrier === null) return null;
  return carrier instanceof Carrier ? carrier.duplex : new RawSocket(carrier);
}

module.exports = { RawSocket, rawOf };
