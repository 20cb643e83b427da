import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { instructionsOf, parseContainerfile, variablesOf, wordsOf } from './containerfile.js';
import type { Instruction, Stage } from './containerfile.js';
import { copyBuildContext, linkPackages } from './build-context.js';
import type { DeployedApp } from './workspace-paths.js';
import { inWorkspace } from './workspace-paths.js';

/** Where the images keep their app. */
const INSTALL_FOLDER = '/opt/larder';

/** How a command ended. */
export interface CommandResult {
  readonly exitCode: number;
  readonly output: string;
}

/** The stages of the Containerfile under test. */
export function containerStages(): Stage[] {
  return parseContainerfile(readFileSync(inWorkspace('deploy/containers/Containerfile'), 'utf8'));
}

/** The instructions that make the image of an app. */
export function imageOf(app: DeployedApp): Instruction[] {
  return instructionsOf(containerStages(), app);
}

/**
 * Carries out the stage `build` in a folder, by its own RUN commands, except that packages are linked instead of
 * downloaded. Afterwards `<folder>/out` stands for the stage's /out. Throws with the output of a command that fails.
 */
export async function runBuildStage(folder: string): Promise<void> {
  const context = join(folder, 'workspace');
  copyBuildContext(context);
  const commands = instructionsOf(containerStages(), 'build').filter(({ keyword }) => keyword === 'RUN');
  for (const { text } of commands) {
    if (text.startsWith('npm ci ')) {
      linkPackages(context);
      continue;
    }
    const [program, ...args] = text.split(/\s+/).map((word) => word.replace(/^\/out$/, join(folder, 'out')));
    if (program !== 'node') throw new Error(`RUN ${text}: this test knows npm ci and node`);
    const { exitCode, output } = await runNode(args, { cwd: context, variables: {} });
    if (exitCode !== 0) throw new Error(`RUN ${text}: exit code ${exitCode}\n${output}`);
  }
}

/** An app as its image holds it, in folders that stand for the container's. */
export class SimulatedImage {
  private readonly instructions: readonly Instruction[];
  private readonly installFolder: string;

  /** `folder` is one that `runBuildStage` filled, `state` the working directory. */
  constructor(
    app: DeployedApp,
    folder: string,
    private readonly state: string,
  ) {
    this.instructions = imageOf(app);
    const copied = this.instructions.find(({ keyword, flags }) => keyword === 'COPY' && flags['from'] === 'build');
    const [source = '', target] = copied?.text.split(/\s+/) ?? [];
    if (target !== INSTALL_FOLDER) throw new Error(`the image of ${app} copies nothing to ${INSTALL_FOLDER}`);
    this.installFolder = join(folder, source);
  }

  /** Runs the image's command with further arguments to its end. */
  run(args: readonly string[], variables: Readonly<Record<string, string>>): Promise<CommandResult> {
    return runNode([...this.command(), ...args], this.options(variables));
  }

  /** Starts the image's command. */
  start(variables: Readonly<Record<string, string>>): ChildProcess {
    const { cwd, variables: env } = this.options(variables);
    return spawn(process.execPath, this.command(), { cwd, env, stdio: 'ignore' });
  }

  /** Runs the image's health check once. */
  checkHealth(variables: Readonly<Record<string, string>>): Promise<CommandResult> {
    const [, ...args] = wordsOf(this.instructions, 'HEALTHCHECK');
    return runNode(args, this.options(variables));
  }

  private command(): string[] {
    const [program, ...args] = wordsOf(this.instructions, 'CMD');
    if (program !== 'node') throw new Error(`CMD starts ${program}`);
    return args.map((word) => word.replace(INSTALL_FOLDER, this.installFolder));
  }

  private options(variables: Readonly<Record<string, string>>): CommandOptions {
    return { cwd: this.state, variables: { ...variablesOf(this.instructions), ...variables } };
  }
}

interface CommandOptions {
  readonly cwd: string;
  readonly variables: Readonly<Record<string, string>>;
}

function runNode(args: readonly string[], { cwd, variables }: CommandOptions): Promise<CommandResult> {
  return new Promise((resolve) => {
    const env = { PATH: process.env['PATH'], HOME: cwd, ...variables };
    execFile(process.execPath, args, { cwd, env }, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ exitCode, output: `${stdout}${stderr}` });
    });
  });
}
