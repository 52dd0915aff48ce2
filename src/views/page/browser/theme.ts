// Runs before the first paint, so that a dark room stays dark.
try {
  const chosen = localStorage.getItem('vigil-theme');
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
} catch {
  // Storage may be forbidden; then the system's choice counts.
}
