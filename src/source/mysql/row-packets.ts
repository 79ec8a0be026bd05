import type { TakeRow } from '../encoded-rows.js';

/** A packet in the driver's hands: `offset` stands behind its header. The packet is used again, its bytes are not. */
interface Packet {
  readonly buffer: Buffer;
  readonly offset: number;
  readonly end: number;
  isEOF(): boolean;
}

/** The driver's command is a state for each packet that may come next: a function that answers with the one after it. */
type State = (this: Command, packet: Packet, connection: unknown) => State | null;

interface Command {
  row: State;
}

/**
 * Rows of a query go to `take` as their bytes, before the driver reads them; all else it handles as ever, the end of the
 * rows too. To be called when the query was handed over, before anything of its answer has come.
 */
export function takeRows(query: object, take: TakeRow): void {
  const command = query as Command;
  const end = command.row;
  const row: State = function (this: Command, packet, connection) {
    if (packet.isEOF()) return end.call(this, packet, connection);
    take(packet.buffer, packet.offset, packet.end);
    return row;
  };
  command.row = row;
}
