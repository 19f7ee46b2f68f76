// The bars of a chart are one stop of the keyboard: arrows go from bar to bar,
// and the values of the bar that is looked at stand below.
(() => {
  const bars = (from) => [...from.closest('svg').querySelectorAll('a.bar')];

  function stop(bar) {
    for (const other of bars(bar)) other.setAttribute('tabindex', other === bar ? '0' : '-1');
  }

  function say(bar) {
    const line = bar.closest('.body').querySelector('.chart-said');
    if (line) line.textContent = bar.getAttribute('aria-label');
  }

  function begin() {
    for (const chart of document.querySelectorAll('svg.chart')) {
      const all = chart.querySelectorAll('a.bar');
      if (all.length && !chart.querySelector('a.bar[tabindex="0"]')) all[all.length - 1].setAttribute('tabindex', '0');
    }
  }

  document.addEventListener('keydown', (event) => {
    const bar = event.target.closest?.('svg.chart a.bar');
    if (!bar) return;
    const all = bars(bar);
    const at = all.indexOf(bar);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    all[Math.min(Math.max(to, 0), all.length - 1)].focus();
  });
  for (const kind of ['focusin', 'pointerover']) {
    document.addEventListener(kind, (event) => {
      const bar = event.target.closest?.('svg.chart a.bar');
      if (!bar) return;
      if (kind === 'focusin') stop(bar);
      say(bar);
    });
  }
  document.addEventListener('htmx:afterSettle', begin);
  begin();
})();
