import { parseH2loadReport } from './h2load.js';

const REPORT = `
finished in 123.45ms, 16202.59 req/s, 4.96MB/s
requests: 2000 total, 2000 started, 2000 done, 1999 succeeded, 1 failed, 0 errored, 0 timeout
status codes: 1998 2xx, 0 3xx, 0 4xx, 1 5xx
traffic: 627.39KB (642448) total, 20.00KB (20480) headers (space savings 95.12%), 509.77KB (522000) data
`;

describe('parseH2loadReport', () => {
  it('reads what the bench relies on', () => {
    expect(parseH2loadReport(REPORT)).toEqual({
      seconds: 0.12345,
      succeeded: 1999,
      failed: 1,
      ok: 1998,
      dataBytes: 522_000,
    });
  });

  it('shows a report that it does not understand', () => {
    expect(() => parseH2loadReport('h2load: connection refused')).toThrow('connection refused');
  });
});
