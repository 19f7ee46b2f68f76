// Waits for the demo's history, so that a test sees pages that are full.
import { until } from './program.mjs';

// settled waits until the account has delivered its two weeks and a call that
// the org refused is there.
export async function settled(site) {
  const cookie = await session(site);
  await until('the history of the demo', 120, async () => {
    const { stats } = await (await fetch(`${site.aircall}/_sim/state`)).json();
    if (stats.pending > 5) return false;
    const page = await (await fetch(`${site.url}/activity?outcome=failed`, { headers: { cookie } })).text();
    return /href="\/activity\/\d/.test(page);
  });
}

// session signs in without a browser.
export async function session(site) {
  const answer = await fetch(`${site.url}/signin`, {
    method: 'POST', redirect: 'manual', body: new URLSearchParams({ email: site.email, password: site.password }),
  });
  if (answer.status !== 303) throw new Error(`the sign-in answered ${answer.status}`);
  return answer.headers.getSetCookie().map((c) => c.split(';')[0]).join('; ');
}
