package io.quipu.common.trace;

import java.util.Objects;
import java.util.Optional;

/**
 * A span of a sampled trace that others can continue: what is kept with a usage in the log and sent to the next stage.
 *
 * @param traceId 32 lower-case hexadecimal digits, not all zero
 * @param spanId 16 of them, not all zero
 */
public record TraceContext(String traceId, String spanId) {

    private static final String VERSION = "00-";
    private static final String SAMPLED = "-01";

    /** Checks that both are ids. */
    public TraceContext {
        if (!Hex.id(Objects.requireNonNull(traceId), 32) || !Hex.id(Objects.requireNonNull(spanId), 16)) {
            throw new IllegalArgumentException("no trace context: " + traceId + ", " + spanId);
        }
    }

    /** As W3C's {@code traceparent}, sampled: 55 characters. */
    public String traceparent() {
        return VERSION + traceId + '-' + spanId + SAMPLED;
    }

    /** The context that a {@code traceparent} names; empty when it is none, or not sampled. */
    public static Optional<TraceContext> sampled(String traceparent) {
        IncomingTrace trace = IncomingTrace.w3c(traceparent);
        return trace.sampling() == IncomingTrace.Sampling.YES
                ? Optional.of(new TraceContext(trace.traceId(), trace.spanId())) : Optional.empty();
    }
}
