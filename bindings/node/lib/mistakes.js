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


// What C++ has room for.
const greatest = 2 ** 31 - 1;

/** The value, where it is of the type; `what` is what an error calls it. */
function typed(what, type, value, expected = `a ${type}`) {
  if (typeof value === type) return value;
  const is = value === null ? 'null' : typeof value;
  throw mistake(TypeError, 'ERR_INVALID_ARG_TYPE', `${what} is to be ${expected}, and is of type ${is}`);
}
function whole(what, value, least = 0) {
  const expected = `a whole number from ${least} to ${greatest}`;
  typed(what, 'number', value, expected);
  if (Number.isInteger(value) && value >= least && value <= greatest) return value;
  throw mistake(RangeError, 'ERR_OUT_OF_RANGE', `${what} is to be ${expected}, and is ${inspect(value)}`);
}
function bytes(what, value) {
  if (ArrayBuffer.isView(value)) return value;
  throw mistake(TypeError, 'ERR_INVALID_ARG_TYPE', `${what} is to be a Buffer, and is of type ${typeof value}`);
}

module.exports = { bytes, mistake, outOfRange, typed, whole, wrongType, wrongValue };
