/**
 * Chaos on real processes: the five services under load, killed, stopped, terminated and restarted at random, with links
 * between them that refuse, drop, delay and cut; then quiet, and a bill that must be right to the last digit.
 *
 * <p>With several instances of each service these share a store, a process that is never killed itself, and instances join and leave
 * for good under load. How collectors share their work is shown apart, by {@link io.quipu.acceptance.chaos.Leases}.
 *
 * <p>Start reading at {@link io.quipu.acceptance.chaos.Chaos}. What is expected is what the clients saw accepted, see {@link
 * io.quipu.acceptance.chaos.Ledger}; nothing here reads a service's data.
 */
package io.quipu.acceptance.chaos;
