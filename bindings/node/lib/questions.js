'use strict';
// What a handshake asks of a script's functions and listeners, beside SNICallback: see sni.js.
const binding = require('./binding');
const { mistake } = require('./mistakes');
const { warn } = require('./report');

/** The protocol that an ALPNCallback chooses; '' refuses the client. */
function chosenProtocol(self, callback, servername, protocols) {
  const chosen = callback.call(self, { servername, protocols }) ?? '';
  if (typeof chosen === 'string') return chosen;
  throw mistake(TypeError, 'ERR_INVALID_ARG_TYPE', `ALPNCallback is to return a string, or undefined; it returned a ${typeof chosen}`);
}

// `who` is to give `what`.
function bytesOrNull(value, who, what) {
  if (value === null || value === undefined) return null;
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  throw mistake(TypeError, 'ERR_INVALID_ARG_TYPE', `${who} is to give ${what} as a Buffer, or null, and gave a ${typeof value}`);
}
const keyOf = (psk) => bytesOrNull(psk, 'pskCallback', 'a key');

// What a handshake waits for: where `ask` throws, or promises in vain, it goes on by `otherwise`.
function attempt(ask, otherwise) {
  const failed = (error) => {
    otherwise(error);
    throw error;
  };
  try {
    const result = ask();
    if (typeof result?.then === 'function') result.then(undefined, failed);
    return result;
  } catch (error) {
    return failed(error);
  }
}

/** A server's key of the client that calls itself so; null: there is none. */
function serversKey(self, callback, stream, identity) {
  return keyOf(callback.call(self, stream, identity));
}

/** A client's {identity, psk}; null: it has none. */
function clientsKey(self, callback, hint) {
  const answer = callback.call(self, hint === '' ? null : hint) ?? null;
  if (answer === null) return null;
  const psk = keyOf(answer.psk);
  if (typeof answer.identity === 'string' && psk !== null) return { identity: answer.identity, psk };
  throw mistake(TypeError, 'ERR_INVALID_ARG_TYPE', 'pskCallback is to return {psk, identity}, a Buffer and a string, or null');
}

/** Emits `OCSPRequest` on a server. */
function askForOcsp(server, certificate, issuer, answer) {
  if (server.listenerCount('OCSPRequest') === 0) return binding.answerStatus(answer, null);
  const refuse = (error) => binding.refuseStatus(answer, error instanceof Error ? error : new Error(String(error)));
  const reply = (error, response) => {
    if (error) return refuse(error);
    return binding.answerStatus(answer, attempt(() => bytesOrNull(response, 'a listener of OCSPRequest', 'a response'), refuse));
  };
  return attempt(() => server.emit('OCSPRequest', certificate, issuer, reply), refuse);
}

/** Asks a session store; that it fails costs a full handshake. */
function askForSession(store, id, answer) {
  const none = () => binding.answerSession(answer, null);
  const reply = (session) => {
    binding.answerSession(answer, attempt(() => bytesOrNull(session, 'a session store', 'a session'), none));
  };
  attempt(() => store.find(id, reply), none);
}

/** A session store made of a server's listeners of `newSession` and `resumeSession`. */
function storeOf(server) {
  return {
    put: (id, session) => server.emit('newSession', id, session, () => {}),
    find: (id, answer) => {
      if (server.listenerCount('resumeSession') === 0) return answer(null);
      return server.emit('resumeSession', id, (error, session) => {
        if (error) warn('WARN_SESSION_STORE', `a listener of 'resumeSession' has failed: ${error.message ?? error}`);
        answer(error ? null : session);
      });
    },
    remove: () => {},
  };
}

module.exports = { askForOcsp, askForSession, chosenProtocol, clientsKey, serversKey, storeOf };
