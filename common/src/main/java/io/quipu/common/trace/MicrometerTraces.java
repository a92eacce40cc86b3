package io.quipu.common.trace;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import java.util.List;
import org.slf4j.MDC;

/** Records by Micrometer Tracing. Thread-safe. */
public final class MicrometerTraces implements Traces {

    /** The trace among a log line's fields, named as Spring Boot and Micrometer name it. */
    public static final String TRACE_ID = "traceId";

    /** The span in a log line. */
    public static final String SPAN_ID = "spanId";

    private final ThreadLocal<List<TraceContext>> current = ThreadLocal.withInitial(List::of);
    private final Tracer tracer;

    /** Traces of a tracer that samples whatever it is asked to start. */
    public MicrometerTraces(Tracer tracer) {
        this.tracer = tracer;
    }

    @Override
    public List<TraceContext> current() {
        return current.get();
    }

    @Override
    public Spans start(String name, Kind kind, List<TraceContext> parents) {
        return parents.isEmpty() ? Spans.NONE : new Recorded(parents.stream()
                .map(parent -> span(name, kind).setParent(tracer.traceContextBuilder().traceId(parent.traceId())
                        .spanId(parent.spanId()).sampled(true).build()).start()).toList());
    }

    @Override
    public Spans begin(String name, Kind kind) {
        return new Recorded(List.of(span(name, kind).setNoParent().start()));
    }

    private Span.Builder span(String name, Kind kind) {
        Span.Builder span = tracer.spanBuilder().name(name);
        return kind == Kind.LOCAL ? span : span.kind(Span.Kind.valueOf(kind.name()));
    }

    private final class Recorded implements Spans {

        private static final int LONG_ID = 32;

        private final List<Span> spans;
        private final List<TraceContext> contexts;

        Recorded(List<Span> spans) {
            this.spans = spans;
            this.contexts = spans.stream().map(Span::context)
                    // a tracer may leave out the first half of an id when it is zero
                    .map(context -> new TraceContext("0".repeat(LONG_ID - context.traceId().length())
                            + context.traceId(), context.spanId())).toList();
        }

        @Override
        public List<TraceContext> contexts() {
            return contexts;
        }

        @Override
        public void name(String name) {
            spans.forEach(span -> span.name(name));
        }

        @Override
        public void tag(String key, String value) {
            spans.forEach(span -> span.tag(key, value));
        }

        @Override
        public void failed(Throwable failure) {
            spans.forEach(span -> span.error(failure));
        }

        @Override
        public void end() {
            spans.forEach(Span::end);
        }

        @Override
        public Scope enter() {
            List<TraceContext> before = current.get();
            work(contexts);
            return () -> work(before);
        }

        private void work(List<TraceContext> from) {
            if (from.isEmpty()) {
                current.remove();
                MDC.remove(TRACE_ID);
                MDC.remove(SPAN_ID);
            } else {
                current.set(from);
                MDC.put(TRACE_ID, from.get(0).traceId());
                MDC.put(SPAN_ID, from.get(0).spanId());
            }
        }
    }
}
