/**
 * What runs, as the accumulator tells the collector, which reconciles it with snapshots, and reporting, which lists it.
 */
package io.quipu.common.running;
