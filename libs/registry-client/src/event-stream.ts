/** One server-sent event: its name and its data. */
export interface ServerSentEvent {
  /** `message` when the server names none. */
  readonly event: string;
  readonly data: string;
}

const MAX_EVENT_CHARACTERS = 1024 * 1024;

/**
 * Reads the events of a `text/event-stream` (WHATWG HTML, 9.2.6) as its text arrives, in whatever pieces. Comments and fields
 * other than `event` and `data` are passed over. Throws for an event of more than a million characters.
 */
export class EventStreamReader {
  private rest = '';
  private name = '';
  private readonly data: string[] = [];
  private length = 0;

  /** The events that `text` completes. */
  push(text: string): ServerSentEvent[] {
    const lines = (this.rest + text).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? '';
    if (this.rest.length > MAX_EVENT_CHARACTERS) throw new Error('a line of the event stream has no end');
    return lines.flatMap((line) => this.line(line));
  }

  private line(line: string): ServerSentEvent[] {
    if (line === '') return this.dispatch();
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'event') this.name = value;
    if (field === 'data') {
      this.length += value.length;
      if (this.length > MAX_EVENT_CHARACTERS) throw new Error('an event of the stream has no end');
      this.data.push(value);
    }
    return [];
  }

  private dispatch(): ServerSentEvent[] {
    const event = { event: this.name === '' ? 'message' : this.name, data: this.data.join('\n') };
    const isEmpty = this.data.length === 0;
    this.name = '';
    this.data.length = 0;
    this.length = 0;
    return isEmpty ? [] : [event];
  }
}
