/**
 * Connections read in large pieces. Node reads a socket in pieces of 64 KiB, each into memory of its own: for an X-ray that
 * is 160 turns of the event loop, a third of the processor time that taking it off the line costs.
 */
import { type BoundSocket, Socket } from 'node:net';

const PIECE = 256 << 10;

/** Shared by all connections: what is read is handed on before the next read begins. */
const memory = Buffer.allocUnsafeSlow(PIECE);

/** What Node keeps its sockets' connections in; its types do not name it. */
interface Handled {
  _handle: { useUserBuffer?: unknown } | null;
}

/**
 * The same connection, read in pieces of up to 256 KiB. A chunk of its 'data' events is there during the event only.
 * @param socket of a server with `pauseOnConnect`: nothing has been read yet. It is used up, and its server no longer
 * counts it: `close` of the server does not wait for the connection.
 */
export function withLargeReads(socket: Socket): Socket {
  const { _handle: handle } = socket as unknown as Handled;
  // Node has `onread` for connections that it opens; for one that came in, the handle moves to a new socket, as it does
  // when Node's cluster module passes connections on. Without such a handle the connection is read as usual.
  if (typeof handle?.useUserBuffer !== 'function') return socket;
  (socket as unknown as Handled)._handle = null;
  const options = {
    handle: handle as BoundSocket,
    // Reading begins when somebody listens to 'data', not here.
    manualStart: true,
    onread: {
      buffer: memory,
      callback(length: number) {
        large.emit('data', memory.subarray(0, length));
        return true;
      },
    },
  };
  const large: Socket = new Socket(options);
  socket.destroy();
  return large;
}

/**
 * Gives the memory of a chunk back at once. Left to the garbage collector, the chunks of one X-ray make it go through
 * the whole heap. A chunk that shares its memory with others stays.
 */
export function freeChunk(chunk: Buffer): void {
  if (chunk.buffer === memory.buffer || chunk.length !== chunk.buffer.byteLength) return;
  (chunk.buffer as ArrayBuffer).transfer(0);
}
