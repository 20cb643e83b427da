export const part = 'loaded lazily';
