'use strict';
// The theme: the system's, or what the reader chose. Runs before the page is drawn, so that it never flashes.

(() => {
  const key = 'loadtest-theme';
  const root = document.documentElement;
  const system = matchMedia('(prefers-color-scheme: dark)');
  // Browsers that keep nothing still switch.
  const stored = () => {
    try { return localStorage.getItem(key); } catch { return null; }
  };
  const store = (theme) => {
    try { localStorage.setItem(key, theme); } catch { /* It lasts until the page is left. */ }
  };
  let chosen = stored();

  const isDark = () => (chosen ? chosen === 'dark' : system.matches);
  const show = () => {
    root.style.colorScheme = isDark() ? 'dark' : 'light';
    const button = document.getElementById('theme');
    if (button) {
      button.textContent = isDark() ? 'Light' : 'Dark';
      button.setAttribute('aria-label', `${button.textContent}: switch the theme`);
    }
    document.dispatchEvent(new Event('themechange'));
  };

  show();
  system.addEventListener('change', show);
  addEventListener('storage', (event) => {
    if (event.key !== key) return;
    chosen = event.newValue;
    show();
  });
  document.addEventListener('DOMContentLoaded', () => {
    document.getElementById('theme').addEventListener('click', () => {
      chosen = isDark() ? 'light' : 'dark';
      store(chosen);
      show();
    });
    show();
  });
})();
