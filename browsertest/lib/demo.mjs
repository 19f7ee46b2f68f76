// What tests do with the demo from outside: wait for its history, so that pages
// are full, for a call to be judged, and sign in without a browser.
import { until } from './program.mjs';

// settled waits until the account has delivered its two weeks and a call that
// the org refused is there.
export async function settled(site) {
  const cookie = await session(site);
  await until('the history of the demo', 300, async () => {
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

// signedIn gives what a browser that is signed in keeps.
export async function signedIn(site) {
  const { hostname } = new URL(site.url);
  const kept = { domain: hostname, path: '/', expires: -1, httpOnly: true, secure: false, sameSite: 'Lax' };
  const cookies = (await session(site)).split('; ').map((pair) => {
    const [name, ...value] = pair.split('=');
    return { name, value: value.join('='), ...kept };
  });
  return { cookies, origins: [] };
}

// judged waits until a call that the list finds is there, and gives its
// address. The list is asked for by what stands after its question mark.
export const judged = (page, query) => until(`a call of /activity?${query}`, 90, async () => {
  const html = await (await page.request.get(`/activity?${query}`)).text();
  return html.match(/href="(\/activity\/\d+[^"]*)"/)?.[1].replaceAll('&amp;', '&');
});
