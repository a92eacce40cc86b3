/**
 * A server of Couchbase's protocol as a process of its own, for tools that run several instances of services on one store where no
 * cluster is to be had. It holds documents in memory and ends with its process: for tests, chaos and benchmarks, never for data. What
 * it cannot show is in docs/couchbase.md.
 */
package io.quipu.acceptance.couchbase;
