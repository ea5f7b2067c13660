'use strict';
// What is thrown where a script asks for what cannot be.
const { inspect } = require('util');

function mistake(Kind, code, message) {
  return Object.assign(new Kind(message), { code });
}

function wrongType(name, expected, got) {
  const is = got === null ? 'null' : typeof got;
  return mistake(TypeError, 'ERR_INVALID_ARG_TYPE', `the option '${name}' is to be ${expected}, and is of type ${is}`);
}
function wrongValue(name, why) {
  return mistake(TypeError, 'ERR_INVALID_ARG_VALUE', `the option '${name}' ${why}`);
}
function outOfRange(name, expected, got) {
  return mistake(RangeError, 'ERR_OUT_OF_RANGE', `the option '${name}' is to be ${expected}, and is ${inspect(got)}`);
}

module.exports = { mistake, outOfRange, wrongType, wrongValue };
