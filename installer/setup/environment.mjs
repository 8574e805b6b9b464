// The environment of the appliance, and of whatever measures or attacks it as it is started.

/** Node's own default of 4 would let four slow disk calls hold up all others. */
const IO_THREADS = '16';

/**
 * The C library (glibc; others do not look) would keep for each thread, and in pieces too small to give back, what large
 * buffers have used: under hostile images the memory would grow by more than 100 MB and stay.
 */
const MEMORY = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '262144',
};

/** V8 would let the young generation of a busy server grow to 128 MB and keep it. */
export const NODE_OPTIONS = ['--max-semi-space-size=16'];

/** Whoever has set one of these knows better. */
export const ENVIRONMENT = { NODE_ENV: 'production', UV_THREADPOOL_SIZE: IO_THREADS, ...MEMORY, ...process.env };
