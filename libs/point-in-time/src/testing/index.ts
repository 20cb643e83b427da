export { oracleValues } from './oracle.js';
export type { OracleRequest, OracleRow, OracleValue } from './oracle-request.js';
