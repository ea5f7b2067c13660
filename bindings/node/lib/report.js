'use strict';
// Errors that no one listens for. Node lets them end the process, which would hand any peer a switch to turn it off.
const { errorMonitor } = require('events');
const binding = require('./binding');

/** Of a connection that this program has opened: its exit code tells, as any failed command's does. */
function noteFailure() {
  if (process.exitCode === undefined) process.exitCode = 1;
}

/**
 * `emit` for a class of emitters: an `error` without a listener is reported, at most a line a second on stderr, and false is returned.
 * `whenUnheard` is called with the emitter besides.
 */
function reportingEmit(emit, whenUnheard) {
  return function reported(name, ...args) {
    if (name !== 'error' || this.listenerCount('error') > 0) return emit.call(this, name, ...args);
    if (this.listenerCount(errorMonitor) > 0) emit.call(this, errorMonitor, ...args);
    whenUnheard(this, args[0]);
    return false;
  };
}

function report(error) {
  binding.reportUnhandledError(error instanceof Error ? error : new Error(String(error)));
}

function warn(code, message) {
  process.emitWarning(message, { type: 'SecurepairWarning', code });
}

module.exports = { noteFailure, report, reportingEmit, warn };
