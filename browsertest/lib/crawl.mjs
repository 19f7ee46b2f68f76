// Finds the pages the way a visitor does: by their links.

// pageOf joins addresses of the same page about other things.
export const pageOf = (url) => new URL(url).pathname.replace(/\/\d+(?=\/|$)/g, '/N');

// kindOf joins addresses that are the same page with other contents.
const kindOf = (url) => `${pageOf(url)}?${[...url.searchParams.keys()].sort().join('&')}`;

const unescape = (text) => text.replaceAll('&amp;', '&').replaceAll('&#34;', '"').replaceAll('&#39;', "'");

// Not pages: files, switches and streams.
const skipped = /^\/(static|events|api|webhooks|metrics|healthz|readyz)\b|\.(csv|yaml)$/;

// alike is how many addresses of one path are judged: filters change what a
// page lists more than how it is made.
const alike = 2;

// crawl follows every link from the start page, one address of each kind, and
// gives {url, path, status, html} of a few of each path and of all it began
// with. Links that lead nowhere are told.
export async function crawl(request, site, begin, most = 120) {
  const pages = new Map();
  const judged = new Map();
  const broken = [];
  const queue = begin.map((path) => ({ url: new URL(path, site.url), from: 'the start' }));
  while (queue.length && pages.size < most) {
    const { url, from } = queue.shift();
    const kind = kindOf(url);
    if (pages.has(kind)) continue;
    const answer = await request.get(url.href.split('#')[0], { maxRedirects: 5 });
    const html = await answer.text();
    const path = url.pathname + url.search;
    const page = { url: url.href, path, status: answer.status(), html };
    pages.set(kind, page);
    const coarse = kind.split('&')[0] + (begin.includes(path) ? path : '');
    const same = [...judged.values()].filter((p) => pageOf(p.url) === pageOf(url)).length;
    if (!judged.has(coarse) && (same < alike || begin.includes(path))) judged.set(coarse, page);
    if (answer.status() !== 200) broken.push(`${path}, linked from ${from}, answers ${answer.status()}`);
    for (const [, href] of html.matchAll(/<a\b[^>]*?\shref="([^"]*)"/g)) {
      const next = new URL(unescape(href), url);
      if (next.origin !== url.origin || skipped.test(next.pathname) || next.searchParams.has('lang')) continue;
      if (next.hash && next.pathname === url.pathname && !html.includes(`id="${decodeURIComponent(next.hash.slice(1))}"`)) {
        broken.push(`${path}: ${next.hash} is nowhere on the page`);
      }
      queue.push({ url: next, from: path });
    }
  }
  return { pages: [...judged.values()], broken };
}

// oneOfEach gives the address of one entry for each outcome that has any.
export async function oneOfEach(request, site, outcomes = ['logged', 'skipped', 'needs_choice', 'waiting', 'failed']) {
  const found = {};
  for (const outcome of outcomes) {
    const html = await (await request.get(`${site.url}/activity?outcome=${outcome}`)).text();
    const link = html.match(/href="(\/activity\/\d+)/);
    if (link) found[outcome] = link[1];
  }
  return found;
}
