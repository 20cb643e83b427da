import { connect } from 'node:net';

const PROTOCOL_3 = 196_608;
const TIMEOUT_MS = 1_000;

/**
 * Whether PostgreSQL on this loopback port takes connections: it answers a greeting with a request to authenticate
 * (`R`), and with an error (`E`) while it is still starting. Message format: PostgreSQL manual, "Message Formats", StartupMessage.
 */
export async function postgresTakesConnections(port: number, user: string): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port });
  socket.setTimeout(TIMEOUT_MS, () => socket.destroy());
  try {
    socket.write(startupMessage(user));
    for await (const chunk of socket) return Buffer.from(chunk).toString('latin1').startsWith('R');
    return false;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

function startupMessage(user: string): Buffer {
  const parameters = Buffer.from(`user\0${user}\0database\0postgres\0\0`);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(head.length + parameters.length, 0);
  head.writeUInt32BE(PROTOCOL_3, 4);
  return Buffer.concat([head, parameters]);
}
