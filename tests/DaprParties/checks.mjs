// Runs checks one after another: one JSON line each, and the number of those that failed as exit code.
import assert from "node:assert/strict";

const limit = 20_000;
let failed = 0;

export async function check(name, run) {
  const since = performance.now();
  let error;
  try {
    await within(limit, run());
  } catch (problem) {
    error = problem?.stack ?? String(problem);
    failed++;
  }

  console.log(JSON.stringify({ check: name, ok: error === undefined, ms: Math.round(performance.now() - since), error }));
}

export const failures = () => failed;

/** What arrived so far, and a way to wait for the next. */
export class Inbox {
  #waiting = [];
  #arrived = [];

  put(item) {
    const taker = this.#waiting.shift();
    taker ? taker(item) : this.#arrived.push(item);
  }

  next() {
    return this.#arrived.length > 0 ? Promise.resolve(this.#arrived.shift()) : new Promise((taker) => this.#waiting.push(taker));
  }
}

export async function until(ask) {
  while (!(await ask())) {
    await new Promise((go) => setTimeout(go, 50));
  }
}

/** The promise must fail, and says how it did. */
export async function refused(promise) {
  try {
    await promise;
  } catch (problem) {
    return problem;
  }

  assert.fail("it was not refused");
}

function within(ms, promise) {
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error(`nothing within ${ms} ms`)), ms); });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
