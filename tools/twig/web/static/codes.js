// How long join codes are still valid.

/** Word the rest of every code's time; a script that is not run leaves the time of day. */
export function wordExpiry() {
  for (const item of document.querySelectorAll("[data-expires]")) {
    const left = Math.ceil((Number(item.dataset.expires) - Date.now()) / 1000);
    const words = left >= 60 ? `${Math.floor(left / 60)} min ${left % 60} s left` : `${left} s left`;
    item.textContent = left > 0 ? ` (${words})` : " (over)";
  }
}
