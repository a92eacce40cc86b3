package io.quipu.common.trace;

import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * What the headers of a request say about the trace that it belongs to: W3C's {@code traceparent}, else B3 in one header or in
 * several. A header that breaks its format says nothing.
 *
 * @param traceId 32 lower-case hexadecimal digits, a shorter id of B3 filled up with zeros; or null
 * @param spanId 16 of them; null exactly when {@code traceId} is
 * @param sampling what the caller has decided
 */
public record IncomingTrace(String traceId, String spanId, Sampling sampling) {

    /** Whether spans are recorded. */
    public enum Sampling {
        /** The caller records its own. */
        YES,
        /** The caller does not, and asks us not to. */
        NO,
        /** The caller leaves it to us. */
        OPEN
    }

    /** Of a request that says nothing. */
    public static final IncomingTrace NONE = new IncomingTrace(null, null, Sampling.OPEN);

    private static final int W3C_LENGTH = 55;
    private static final int LONG_ID = 32;
    private static final int SHORT_ID = 16;
    private static final String ZEROS = "0".repeat(LONG_ID - SHORT_ID);

    /** The context to continue; null when there is none. */
    public TraceContext parent() {
        return traceId == null ? null : new TraceContext(traceId, spanId);
    }

    /**
     * Reads the headers of a request.
     *
     * @param headers a header's value by its name, null when it is absent
     */
    public static IncomingTrace read(UnaryOperator<String> headers) {
        String traceparent = headers.apply(TraceHeaders.TRACEPARENT);
        if (traceparent != null) {
            IncomingTrace trace = w3c(traceparent);
            if (trace != NONE) {
                return trace;
            }
        }
        String single = headers.apply("b3");
        if (single != null) {
            return b3(single);
        }
        String sampled = "1".equals(headers.apply("X-B3-Flags")) ? "d" : headers.apply("X-B3-Sampled");
        String traceId = headers.apply("X-B3-TraceId");
        return traceId == null && sampled == null ? NONE : b3(traceId, headers.apply("X-B3-SpanId"), sampled);
    }

    /** Reads a {@code traceparent}. A version of the future is read as far as it is known; {@code ff} is none. */
    static IncomingTrace w3c(String traceparent) {
        boolean known = traceparent.startsWith("00-");
        if (traceparent.length() < W3C_LENGTH || traceparent.length() > W3C_LENGTH && (known || traceparent.charAt(W3C_LENGTH) != '-')
                || traceparent.charAt(2) != '-' || traceparent.charAt(35) != '-' || traceparent.charAt(52) != '-'
                || traceparent.startsWith("ff") || !Hex.digits(traceparent, 0, 2)
                || !Hex.digits(traceparent, 3, 35) || Hex.zero(traceparent, 3, 35)
                || !Hex.digits(traceparent, 36, 52) || Hex.zero(traceparent, 36, 52)
                || !Hex.digits(traceparent, 53, 55)) {
            return NONE;
        }
        boolean sampled = (Character.digit(traceparent.charAt(54), 16) & 1) == 1;
        return new IncomingTrace(traceparent.substring(3, 35), traceparent.substring(36, 52),
                sampled ? Sampling.YES : Sampling.NO);
    }

    /** {@code traceId-spanId[-sampled[-parentId]]}, or the decision alone. */
    private static IncomingTrace b3(String single) {
        String[] parts = single.split("-", 5);
        if (parts.length == 1) {
            return b3(null, null, single);
        }
        return parts.length > 4 ? NONE : b3(parts[0], parts[1], parts.length > 2 ? parts[2] : null);
    }

    private static IncomingTrace b3(String traceId, String spanId, String sampled) {
        Sampling sampling = sampling(sampled);
        if (sampling == null) {
            return NONE;
        }
        if (traceId == null || spanId == null) {
            return new IncomingTrace(null, null, sampling);
        }
        String trace = traceId.toLowerCase(Locale.ROOT);
        String span = spanId.toLowerCase(Locale.ROOT);
        trace = trace.length() == SHORT_ID ? ZEROS + trace : trace;
        return Hex.id(trace, LONG_ID) && Hex.id(span, SHORT_ID) ? new IncomingTrace(trace, span, sampling) : NONE;
    }

    /** Of B3; null when it is none of its words. */
    private static Sampling sampling(String word) {
        if (word == null) {
            return Sampling.OPEN;
        }
        return switch (word) {
            case "1", "d", "true" -> Sampling.YES;
            case "0", "false" -> Sampling.NO;
            default -> null;
        };
    }
}
