/**
 * Traces: one from a usage's POST through the log to the aggregate, one from a report to all that it reads. What was not
 * sampled costs nothing: no span, no byte in the log, no header.
 *
 * <p>Services know {@link io.quipu.common.trace.Traces} and nothing else of it; only {@link
 * io.quipu.common.trace.MicrometerTraces} knows Micrometer Tracing. Nothing that is folded or stored may depend on a trace,
 * but for its mention in the log. Start reading at {@link io.quipu.common.trace.Traces}.
 */
package io.quipu.common.trace;
