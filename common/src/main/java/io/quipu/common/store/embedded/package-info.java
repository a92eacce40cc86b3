/**
 * The store of one machine: RocksDB in the service's data directory, with group commit and a sync before every
 * acknowledgement. Only this package knows RocksDB, which is an optional dependency: a service that stores brings it.
 *
 * <p>Start reading at {@link io.quipu.common.store.embedded.EmbeddedStore}, then {@code GroupWriter} (one thread, many
 * callers, one sync), {@code Group} (conditions and versions) and {@code Engine} (RocksDB and its options). What becomes of a broken
 * disk is in {@code EngineSession} (full, read-only), {@code LogCheck} (a damaged log) and {@code DataDirectory} (what to say).
 */
package io.quipu.common.store.embedded;
