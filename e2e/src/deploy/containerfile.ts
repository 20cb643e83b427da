/** One instruction: `COPY --from=build /out /opt` is the keyword `COPY` with flags `{ from: 'build' }` and the rest. */
export interface Instruction {
  readonly keyword: string;
  readonly flags: Readonly<Record<string, string>>;
  /** The text after the flags, continued lines joined. */
  readonly text: string;
}

/** What a `FROM` begins. */
export interface Stage {
  readonly name: string;
  /** An image, with `${…}` as it stands, or another stage's name. */
  readonly base: string;
  readonly instructions: readonly Instruction[];
}

/** The stages of a Containerfile, in order; what stands before the first one is left out. Throws on an unnamed stage. */
export function parseContainerfile(text: string): Stage[] {
  const stages: { name: string; base: string; instructions: Instruction[] }[] = [];
  for (const instruction of parseInstructions(text)) {
    if (instruction.keyword === 'FROM') {
      const [, base, name] = /^(\S+) AS (\S+)$/.exec(instruction.text) ?? [];
      if (base === undefined || name === undefined) throw new Error(`FROM ${instruction.text} names no stage`);
      stages.push({ name, base, instructions: [] });
    } else {
      stages.at(-1)?.instructions.push(instruction);
    }
  }
  return stages;
}

function parseInstructions(text: string): Instruction[] {
  const lines = text.split('\n').filter((line) => !line.trimStart().startsWith('#'));
  const joined = lines
    .join('\n')
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n');
  return joined.filter((line) => line.trim() !== '').map(parseInstruction);
}

function parseInstruction(line: string): Instruction {
  const [, keyword = '', rest = ''] = /^\s*([A-Z]+)\s+(.*)$/.exec(line) ?? [];
  const [leading = ''] = /^(--[a-z-]+=\S+\s+)*/.exec(rest) ?? [];
  const flags = [...leading.matchAll(/--([a-z-]+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value] as const);
  return { keyword, flags: Object.fromEntries(flags), text: rest.slice(leading.length).trim() };
}

/** The instructions that make an image: those of the stages it is based on, then its own. Throws when there is no such stage. */
export function instructionsOf(stages: readonly Stage[], target: string): Instruction[] {
  const stage = stages.find(({ name }) => name === target);
  if (stage === undefined) throw new Error(`there is no stage ${target}`);
  const isStage = stages.some(({ name }) => name === stage.base);
  return [...(isStage ? instructionsOf(stages, stage.base) : []), ...stage.instructions];
}

/** The variables that an image sets. */
export function variablesOf(instructions: readonly Instruction[]): Record<string, string> {
  const words = instructions.filter(({ keyword }) => keyword === 'ENV').flatMap(({ text }) => text.split(/\s+/));
  return Object.fromEntries(words.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]));
}

/** The words of the last instruction with this keyword: of a command in its JSON form, or else of its text. */
export function wordsOf(instructions: readonly Instruction[], keyword: string): string[] {
  const text = instructions.findLast((instruction) => instruction.keyword === keyword)?.text.replace(/^CMD /, '') ?? '';
  return text.startsWith('[') ? (JSON.parse(text) as string[]) : text.split(/\s+/).filter((word) => word !== '');
}
