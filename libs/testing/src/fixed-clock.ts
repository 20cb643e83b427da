/** A clock that stands still until it is told to move. */
export interface FixedClock<Time extends bigint> {
  /** The current time in microseconds since the epoch, UTC. May be passed on by itself, without its clock. */
  readonly now: () => Time;
  /** Moves the clock by so many microseconds; a negative number moves it back. */
  advance(micros: bigint): void;
}

/**
 * A clock that shows `instantMicros` (microseconds since the epoch, UTC) until it is advanced. It shows the type it was
 * given, so that a branded instant gives a clock of branded instants.
 */
export function fixedClock<Time extends bigint>(instantMicros: Time): FixedClock<Time> {
  let current: bigint = instantMicros;
  return {
    now: () => current as Time,
    advance: (micros) => {
      current += micros;
    },
  };
}
