// Makes the codes that an authenticator app would show (RFC 6238), from the
// key that the page tells.
import { createHmac } from 'node:crypto';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

// totp is the code of now, or of a number of steps later.
export function totp(key, later = 0) {
  const bits = [...key.replaceAll(' ', '')].map((c) => letters.indexOf(c).toString(2).padStart(5, '0')).join('');
  const secret = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const at = mac[19] & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

// early waits until a step has begun, when few seconds of one are left: a code
// then is still good when the page sends it.
export async function early() {
  const left = 30_000 - (Date.now() % 30_000);
  if (left < 5_000) await new Promise((done) => { setTimeout(done, left + 100); });
}
