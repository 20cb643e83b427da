/**
 * Sets each key unless the stored row's order (its first 16 bytes) is greater; answers how many rows lost. Atomic per row.
 * The bytes are compared as four numbers: Lua compares strings by the server's locale, which is not the order of bytes.
 */
export const FENCED_SET = `local lost = 0
for i = 1, #KEYS do
  local stored = redis.call('GETRANGE', KEYS[i], 0, 15)
  local keep = false
  if #stored == 16 then
    local a, b, c, d = struct.unpack('>I4I4I4I4', stored)
    local e, f, g, h = struct.unpack('>I4I4I4I4', ARGV[i])
    if a ~= e then keep = a > e elseif b ~= f then keep = b > f elseif c ~= g then keep = c > g else keep = d > h end
  end
  if keep then lost = lost + 1 else redis.call('SET', KEYS[i], ARGV[i]) end
end
return lost`;

/** Sets KEYS[1] to ARGV[2] if it holds ARGV[1] ('' = it must not exist); answers 1 when it did. */
export const COMPARE_AND_SET = `local stored = redis.call('GET', KEYS[1])
if (stored or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
return 1`;

/** Deletes KEYS[1] if it holds ARGV[1]; answers 1 when it did. */
export const COMPARE_AND_DELETE = `if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
return 1`;
