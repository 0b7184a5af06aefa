// Tabs as the WAI-ARIA pattern has them: arrow keys, Home and End move, and the one that is reached is shown.

/** Makes the tabs of a list work.
 *
 * `onShow` is given the name of a tab that became visible. The address keeps it (#charts) for when it is loaded again.
 */
export const makeTabs = (list, onShow) => {
  const tabs = [...list.querySelectorAll('[role=tab]')];
  const panelOf = (tab) => document.getElementById(tab.getAttribute('aria-controls'));
  const nameOf = (tab) => tab.id.replace('tab-', '');
  let shown;

  const show = (tab) => {
    shown = tab;
    for (const other of tabs) {
      const isShown = other === tab;
      other.setAttribute('aria-selected', isShown);
      other.tabIndex = isShown ? 0 : -1;
      panelOf(other).hidden = !isShown;
    }
    // The list scrolls where it is wider than the window.
    const [box, own] = [list.getBoundingClientRect(), tab.getBoundingClientRect()];
    if (own.left < box.left || own.right > box.right) {
      list.scrollLeft += own.left - box.left - (box.width - own.width) / 2;
    }
    onShow(nameOf(tab));
  };
  const choose = (tab) => {
    history.replaceState(null, '', `#${nameOf(tab)}`);
    show(tab);
  };
  const ofAddress = () => tabs.find((tab) => `#${nameOf(tab)}` === location.hash);

  list.addEventListener('click', (event) => {
    const tab = event.target.closest('[role=tab]');
    if (tab) choose(tab);
  });
  list.addEventListener('keydown', (event) => {
    const index = tabs.indexOf(event.target.closest('[role=tab]'));
    const last = tabs.length - 1;
    const next = {
      ArrowRight: index === last ? 0 : index + 1,
      ArrowLeft: index === 0 ? last : index - 1,
      Home: 0,
      End: last,
    }[event.key];
    if (index < 0 || next === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    choose(tabs[next]);
    tabs[next].focus();
  });
  addEventListener('hashchange', () => {
    const tab = ofAddress();
    if (tab && tab !== shown) show(tab);
  });
  show(ofAddress() ?? tabs[0]);
};
