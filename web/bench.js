// The worker of /compare: starts its program and gives it the browser's own JSON in the browser's own
// loops, since calls from WebAssembly would add to each turn. Both loops begin or end with UTF-8 bytes, which is
// what fetch takes and gives, and return something of every turn, so that no engine can leave the work out.
import init, { measure } from "./cluster.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const encodeTimes = (value, times) => {
  let size = 0;
  for (let turn = 0; turn < times; turn += 1) size += encoder.encode(JSON.stringify(value)).length;
  return size;
};

const decodeTimes = (bytes, times) => {
  let count = 0;
  for (let turn = 0; turn < times; turn += 1) count += JSON.parse(decoder.decode(bytes)).pods.length;
  return count;
};

await init();
measure(encodeTimes, decodeTimes);
