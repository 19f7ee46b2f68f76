// The bars of a chart are one stop of the keyboard: arrows go from bar to bar.
// The values of the bar that is looked at stand beside it, taken from the row
// of the chart's table. Escape puts them away; the pointer may rest on them.
(() => {
  const all = (chart) => [...chart.querySelectorAll('a.bar')];
  const barOf = (event) => event.target.closest?.('svg.chart a.bar');
  let tip; // made when it is first wanted
  let shown; // the bar whose values it tells
  let leaving = 0;

  const make = (name, text = '') => Object.assign(document.createElement(name), { textContent: text });

  // values are what the table says of a bar: a title, and a line for each
  // column that is not zero; of a stretch without calls, that there were none.
  function values(bar) {
    const chart = bar.closest('svg');
    const table = chart.closest('.body')?.querySelector('.twin table');
    const row = table?.tBodies[0]?.rows[all(chart).indexOf(bar)];
    if (!row) return [make('p', bar.getAttribute('aria-label'))];
    const list = make('ul');
    for (const [i, head] of [...table.tHead.rows[0].cells].entries()) {
      const said = row.cells[i].textContent.trim();
      if (i === 0 || said === '0') continue;
      const line = make('li');
      const name = make('span', head.textContent.trim());
      const swatch = head.querySelector('.sw');
      if (swatch) name.prepend(swatch.cloneNode());
      line.append(name, make('b', said));
      list.append(line);
    }
    return [make('p', row.cells[0].textContent.trim()), list.children.length ? list : make('p', chart.dataset.none)];
  }

  // place puts the tip above its bar, or below where there is no room.
  function place(bar) {
    const box = bar.getBoundingClientRect();
    const left = box.left + box.width / 2 - tip.offsetWidth / 2;
    const most = document.documentElement.clientWidth - tip.offsetWidth - 8;
    const above = box.top - tip.offsetHeight - 6;
    tip.style.left = `${Math.max(8, Math.min(left, most)) + scrollX}px`;
    tip.style.top = `${(above > 8 ? above : box.bottom + 6) + scrollY}px`;
  }

  // show says the values of bar; a tip that is on its way out stays on it.
  function show(bar) {
    if (!tip) {
      tip = make('div');
      tip.className = 'chart-tip';
      tip.setAttribute('aria-hidden', 'true'); // the bar's own name says the same
      tip.addEventListener('pointerenter', () => clearTimeout(leaving));
      tip.addEventListener('pointerleave', leave);
      document.body.append(tip);
    }
    shown = bar;
    tip.replaceChildren(...values(bar));
    tip.hidden = false;
    place(bar);
  }

  function look(bar) {
    clearTimeout(leaving);
    show(bar);
  }

  function hide() {
    clearTimeout(leaving);
    shown = undefined;
    if (tip) tip.hidden = true;
  }

  function leave() {
    clearTimeout(leaving);
    leaving = setTimeout(() => {
      const focused = document.activeElement?.closest?.('svg.chart a.bar:focus-visible');
      if (focused) show(focused);
      else hide();
    }, 120);
  }

  function stop(bar) {
    for (const other of all(bar.closest('svg'))) other.setAttribute('tabindex', other === bar ? '0' : '-1');
  }

  function begin() {
    for (const chart of document.querySelectorAll('svg.chart')) {
      const bars = all(chart);
      if (bars.length && !chart.querySelector('a.bar[tabindex="0"]')) bars[bars.length - 1].setAttribute('tabindex', '0');
      for (const title of chart.querySelectorAll('a.bar > title')) title.remove(); // the browser's own tip would cover ours
    }
    if (shown) shown.isConnected ? show(shown) : hide();
  }

  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && shown) {
      hide();
      return;
    }
    const bar = barOf(event);
    if (!bar) return;
    const bars = all(bar.closest('svg'));
    const at = bars.indexOf(bar);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: bars.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    bars[Math.min(Math.max(to, 0), bars.length - 1)].focus();
  });
  document.addEventListener('focusin', (event) => {
    const bar = barOf(event);
    if (!bar) return;
    stop(bar);
    look(bar);
  });
  document.addEventListener('focusout', (event) => barOf(event) && leave());
  document.addEventListener('pointerover', (event) => {
    const bar = barOf(event);
    if (bar && event.pointerType !== 'touch') look(bar);
  });
  document.addEventListener('pointerout', (event) => barOf(event) && leave());
  addEventListener('resize', hide); // the place was another
  document.addEventListener('htmx:afterSettle', begin);
  begin();
})();
