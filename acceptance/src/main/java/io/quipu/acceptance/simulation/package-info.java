/**
 * The whole pipeline in one simulated world: the services' own code on simulated time, disks, network and processes, with
 * every fault that the design promises to survive, drawn from a seed and replayed by it.
 *
 * <p>Start reading at {@code Run} (one seed), then {@code World} (what there is), {@code
 * Fibers} (whose turn it is), {@code SimulatedStore} and {@code Network} (what goes wrong), {@code Invariants} and {@code
 * Judgement} (what must hold).
 */
package io.quipu.acceptance.simulation;
