import { parseKeyArgument, typedKeys } from './join-key-arguments.js';

describe('parseKeyArgument', () => {
  it('reads one key, several, and values with an equals sign', () => {
    expect(parseKeyArgument('user_id=8a2f')).toEqual({ user_id: '8a2f' });
    expect(parseKeyArgument('origin=SFO,destination=LAX')).toEqual({ origin: 'SFO', destination: 'LAX' });
    expect(parseKeyArgument('token=a=b')).toEqual({ token: 'a=b' });
    expect(parseKeyArgument('user_id=')).toEqual({ user_id: '' });
  });

  it.each(['user_id', '=5', ''])('refuses %j', (argument) => {
    expect(() => parseKeyArgument(argument)).toThrow('join_key=value');
  });
});

describe('typedKeys', () => {
  const specs = [
    { name: 'id', type: 'int64' },
    { name: 'small', type: 'int32' },
    { name: 'flag', type: 'bool' },
  ] as const;

  it('makes values of the declared types, int64 to the last digit', () => {
    expect(typedKeys([{ id: '9007199254740993', small: '7', flag: 'true' }], specs)).toEqual([
      { id: 9007199254740993n, small: 7, flag: true },
    ]);
  });

  it('names every wrong value at once', () => {
    expect(() => typedKeys([{ id: 'x', small: '1.5', other: '1' }], specs)).toThrow(
      /id: "x" is not a int64[\s\S]*small: "1.5" is not a int32[\s\S]*other: no such join key/,
    );
  });

  it('refuses a bool that is neither true nor false', () => {
    expect(() => typedKeys([{ flag: 'yes' }], specs)).toThrow('"yes" is not a bool');
  });
});
