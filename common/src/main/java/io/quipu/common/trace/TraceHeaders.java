package io.quipu.common.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The headers by which our own services hand on the traces that a call works for. A batch holds usage of many requests, hence
 * of many traces: the first stands in W3C's {@code traceparent}, as everywhere; the others in a header of ours.
 */
public final class TraceHeaders {

    /** W3C's header. */
    public static final String TRACEPARENT = "traceparent";

    /** Further {@code traceparent}s, separated by commas. */
    public static final String OTHERS = "quipu-traceparents";

    /** Traces that one call is recorded in; those of further usages in a batch end at the log. */
    public static final int MAX_TRACES = 16;

    private TraceHeaders() {
    }

    /** The sampled contexts that a call was made for, at most {@link #MAX_TRACES}; what breaks the format is left out. */
    public static List<TraceContext> read(UnaryOperator<String> headers) {
        String first = headers.apply(TRACEPARENT);
        if (first == null) {
            return List.of();
        }
        List<TraceContext> contexts = new ArrayList<>();
        TraceContext.sampled(first).ifPresent(contexts::add);
        String others = headers.apply(OTHERS);
        if (others != null) {
            for (String other : others.split(",", MAX_TRACES + 1)) {
                if (contexts.size() < MAX_TRACES) {
                    TraceContext.sampled(other.trim()).ifPresent(contexts::add);
                }
            }
        }
        return contexts;
    }

    /** Sets the headers of a call made for these contexts. */
    public static void write(List<TraceContext> contexts, BiConsumer<String, String> headers) {
        if (contexts.isEmpty()) {
            return;
        }
        headers.accept(TRACEPARENT, contexts.get(0).traceparent());
        if (contexts.size() > 1) {
            headers.accept(OTHERS, contexts.stream().skip(1).map(TraceContext::traceparent)
                    .collect(Collectors.joining(",")));
        }
    }
}
