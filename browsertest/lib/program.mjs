// Starts the program as processes of its own, the way people start it, and
// reads from what it prints where it listens.
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { setTimeout as pause } from 'node:timers/promises';

const binary = resolve(process.env.TEST_BINARY ?? '../bin/ringledger');

// start runs a command until it has printed all the patterns, and gives what
// their first groups matched, in order.
export async function start(args, patterns, { seconds = 60, program = binary } = {}) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('RINGLEDGER_')));
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  let ended;
  const end = new Promise((done) => {
    child.once('exit', (code, signal) => { ended = `ended with ${signal ?? code}`; done(); });
    child.once('error', (err) => { ended = err.message; done(); });
  });
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => { printed += text; });
  const stop = async () => {
    child.kill('SIGTERM');
    await Promise.race([end, pause(20_000, undefined, { ref: false }).then(() => child.kill('SIGKILL'))]);
    await end;
  };
  const found = await until(`${basename(program)} ${args[0]} to be ready`, seconds, () => {
    if (ended) throw new Error(`${basename(program)} ${args.join(' ')} ${ended}:\n${printed}`);
    const matches = patterns.map((p) => printed.match(p)?.[1]);
    return matches.every(Boolean) && matches;
  }).catch(async (err) => { await stop(); throw new Error(`${err.message}\n${printed}`); });
  return { found, stop, printed: () => printed };
}

// startDemo gives the addresses of the demo and of its two simulators, once
// the two weeks of history are judged.
export async function startDemo() {
  const program = await start(['demo', '--listen', '127.0.0.1:0'], [
    /Ringledger demo +(\S+)/, /Sign in +(\S+)/, /Password +(\S+)/, /Simulated Salesforce +(\S+)/, /Simulated Aircall +(\S+)/,
  ]);
  const [url, email, password, salesforce, aircall] = program.found;
  return { ...program, url, email, password, salesforce, aircall };
}

// startGallery builds and starts the gallery of all pages in all states.
export async function startGallery() {
  const place = await folder();
  try {
    const path = join(place.path, 'gallery');
    await promisify(execFile)('go', ['build', '-o', path, './views/samples/preview'], { cwd: resolve(import.meta.dirname, '../..') });
    const program = await start(['127.0.0.1:0'], [/is at (\S+)/], { program: path });
    return { url: program.found[0], stop: async () => { await program.stop(); await place.remove(); } };
  } catch (err) {
    await place.remove();
    throw err;
  }
}

// folder gives an empty folder and its removal.
export async function folder() {
  const path = await mkdtemp(join(tmpdir(), 'ringledger-browsertest-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

// freePort is a port that was free a moment ago, and none of those that the
// system hands to whoever asks for any.
export async function freePort() {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const free = await new Promise((done) => {
      const server = createServer().once('error', () => done(false)).listen(port, '127.0.0.1', () => server.close(() => done(true)));
    });
    if (free) return port;
  }
}

// until asks again and again for something true.
export async function until(what, seconds, ask) {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`waited ${seconds} s for ${what}`);
    await pause(200);
  }
}

// post sends JSON to a simulator's switches.
export async function post(url, body) {
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  return answer.json();
}

// placeCall lets the simulated account place a call.
export const placeCall = (aircall, spec) => post(`${aircall}/_sim/calls`, { talk: 60, ring: 5, plain: true, ...spec });
