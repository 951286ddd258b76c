// Sets language and theme before the first paint, so that nothing flashes or jumps.
// The page's program reads both back from <html>; a choice is remembered only if the reader made one.
(() => {
  const root = document.documentElement;
  let stored = () => null;
  try {
    const storage = window.localStorage;
    stored = (key) => storage.getItem(key);
  } catch {
    // Storage can be forbidden; the page then follows the browser's settings.
  }
  const asked = new URLSearchParams(location.search).get("lang");
  const wanted = [asked, stored("gangplank.locale"), ...navigator.languages];
  const known = wanted.find((tag) => /^(en|zh)\b/i.test(tag ?? ""));
  root.lang = /^zh/i.test(known ?? "en") ? "zh-Hans" : "en";

  const dark = matchMedia("(prefers-color-scheme: dark)");
  const paint = () => {
    const choice = stored("gangplank.theme");
    const system = dark.matches ? "dark" : "light";
    root.dataset.themeChoice = /^(light|dark)$/.test(choice ?? "") ? choice : "system";
    root.dataset.theme = root.dataset.themeChoice === "system" ? system : choice;
  };
  paint();
  dark.addEventListener("change", paint);

  // Fetches the style sheet that annexes share, once; one that didn't come can be asked for again.
  let sheet;
  const fetchSheet = () => new Promise((onload, onerror) => {
    const link = document.createElement("link");
    document.head.append(Object.assign(link, { rel: "stylesheet", href: "/annex.css", onload, onerror }));
  });
  window.loadSheet = () => {
    sheet = sheet || fetchSheet().catch((error) => {
      sheet = undefined;
      throw error;
    });
    return sheet;
  };
})();
