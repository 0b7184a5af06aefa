'use strict';
// The theme: the system's, or what the reader chose. Runs before the page is drawn, so that it never flashes.

(() => {
  const key = 'loadtest-theme';
  const root = document.documentElement;
  const system = matchMedia('(prefers-color-scheme: dark)');
  // Only a server's pages are one site; all files that a browser opens would share what it keeps.
  const isKept = location.protocol.startsWith('http');
  // Browsers that keep nothing still switch.
  const stored = () => {
    try { return isKept ? localStorage.getItem(key) : null; } catch { return null; }
  };
  const store = (theme) => {
    try { if (isKept) localStorage.setItem(key, theme); } catch { /* It lasts until the page is left. */ }
  };
  let chosen = stored();
  let shown = null;

  const isDark = () => (chosen ? chosen === 'dark' : system.matches);
  const show = () => {
    const theme = isDark() ? 'dark' : 'light';
    root.style.colorScheme = theme;
    const button = document.getElementById('theme');
    if (button) {
      button.hidden = false;
      button.textContent = isDark() ? 'Light' : 'Dark';
      button.setAttribute('aria-label', `${button.textContent}: switch the theme`);
    }
    if (theme === shown) return;
    shown = theme;
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
