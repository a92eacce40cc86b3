package io.quipu.common.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Keeps spans in memory, with ids that count up; for one thread at a time. */
public final class RecordedTraces implements Traces {

    public final List<Span> spans = new ArrayList<>();
    private List<TraceContext> current = List.of();
    private int ids;

    /** A span. */
    public static final class Span {
        public final String name;
        public final Kind kind;
        public final TraceContext parent;
        public final TraceContext context;
        public final Map<String, String> tags = new TreeMap<>();
        public Throwable failure;
        public boolean ended;

        Span(String name, Kind kind, TraceContext parent, TraceContext context) {
            this.name = name;
            this.kind = kind;
            this.parent = parent;
            this.context = context;
        }
    }

    /** A context of that trace, as a caller may send it. */
    public static TraceContext context(int trace) {
        return new TraceContext(String.format("%032x", trace), String.format("%016x", 0xca11e5));
    }

    /** Works for a context from now on. */
    public void workFor(TraceContext... contexts) {
        current = List.of(contexts);
    }

    @Override
    public List<TraceContext> current() {
        return current;
    }

    @Override
    public Spans start(String name, Kind kind, List<TraceContext> parents) {
        return new Some(parents.stream().map(parent -> span(name, kind, parent, parent.traceId())).toList());
    }

    @Override
    public Spans begin(String name, Kind kind) {
        return new Some(List.of(span(name, kind, null, String.format("%032x", 0xabc000 + ids))));
    }

    private Span span(String name, Kind kind, TraceContext parent, String traceId) {
        Span span = new Span(name, kind, parent, new TraceContext(traceId, String.format("%016x", ++ids)));
        spans.add(span);
        return span;
    }

    private final class Some implements Spans {
        private final List<Span> some;

        Some(List<Span> some) {
            this.some = some;
        }

        @Override
        public List<TraceContext> contexts() {
            return some.stream().map(span -> span.context).toList();
        }

        @Override
        public void name(String name) {
            tag("name", name);
        }

        @Override
        public void tag(String key, String value) {
            some.forEach(span -> span.tags.put(key, value));
        }

        @Override
        public void failed(Throwable failure) {
            some.forEach(span -> span.failure = failure);
        }

        @Override
        public void end() {
            some.forEach(span -> {
                if (span.ended) {
                    throw new IllegalStateException(span.name + " was ended twice");
                }
                span.ended = true;
            });
        }

        @Override
        public Scope enter() {
            List<TraceContext> before = current;
            current = contexts();
            return () -> current = before;
        }
    }
}
