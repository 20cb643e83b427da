/** Told each warning of the server once. */
export type WarningListener = (text: string) => void;

/** Texts that are remembered as told; a server that makes up new ones all the time does not fill the memory. */
const MAX_TOLD = 1000;

/** Passes each text on once. The default writes to the console: a deprecation that nobody reads helps nobody. */
export function eachOnce(listener: WarningListener = warnOnConsole): (texts: readonly string[]) => void {
  const told = new Set<string>();
  return (texts) => {
    for (const text of texts) {
      if (told.has(text)) continue;
      if (told.size >= MAX_TOLD) told.clear();
      told.add(text);
      listener(text);
    }
  };
}

function warnOnConsole(text: string): void {
  // oxlint-disable-next-line no-console -- an application without a listener of its own has no other place to see it
  console.warn(`larder: ${text}`);
}
