'use strict';
const binding = require('./binding');
const { contextOf, isContext } = require('./credentials');

/**
 * Asks an SNICallback, which returns a context, or takes a second argument and calls it later as callback(error, context). Nothing: the
 * contexts of addContext() are asked, then the server's own.
 */
function askForContext(self, callback, name, answer) {
  const reply = (error, found) => {
    if (error) return binding.refuseName(answer, error instanceof Error ? error : new Error(String(error)));
    try {
      return binding.answerName(answer, found ? contextOf(found, 'SNICallback') : null);
    } catch (wrong) {
      return binding.refuseName(answer, wrong);
    }
  };
  let result;
  try {
    result = callback.call(self, name, reply);
  } catch (error) {
    return reply(error ?? new Error('SNICallback threw'));
  }
  // One that answers later may return what it likes.
  if (callback.length < 2 || isContext(result)) reply(null, result);
  return undefined;
}

module.exports = { askForContext };
