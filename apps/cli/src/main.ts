import { runProgram } from './program.js';

process.exitCode = await runProgram({
  args: process.argv.slice(2),
  environment: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
});
