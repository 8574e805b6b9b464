// Sets the colour scheme before the first paint. A file and not an inline script: the page's policy allows no inline scripts.
(() => {
  let wanted = 'auto';
  try {
    wanted = localStorage.getItem('clinicpacs.colours') || 'auto';
  } catch {
    // Storage may be forbidden: the system's choice holds.
  }
  const dark = wanted === 'dark' || (wanted !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
