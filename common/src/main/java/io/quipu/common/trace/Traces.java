package io.quipu.common.trace;

import java.util.List;

/**
 * Records what is done for sampled traces. Most work is done for none: then every call here is answered by a list that is empty,
 * or by {@link Spans#NONE}. Whatever is done must be the same with and without. Thread-safe.
 */
public interface Traces {

    /** Records nothing. */
    Traces NONE = new Traces() {
        @Override
        public List<TraceContext> current() {
            return List.of();
        }

        @Override
        public Spans start(String name, Kind kind, List<TraceContext> parents) {
            return Spans.NONE;
        }

        @Override
        public Spans begin(String name, Kind kind) {
            return Spans.NONE;
        }
    };

    /** What a span stands for, as Zipkin has it. */
    enum Kind {
        /** A call that is made. */
        CLIENT,
        /** A call that is answered. */
        SERVER,
        /** Something is put where others find it later. */
        PRODUCER,
        /** Something is found that was put there. */
        CONSUMER,
        /** None of these: a part of the work that another thread does. */
        LOCAL
    }

    /** The spans that this thread works for, one per trace; empty for most work. */
    List<TraceContext> current();

    /** Spans that begin now, one below each of those; {@link Spans#NONE} below none. */
    Spans start(String name, Kind kind, List<TraceContext> parents);

    /** The first span of a trace that begins now. */
    Spans begin(String name, Kind kind);

    /** Does some work within spans below those; an exception is noted in them. */
    default void within(String name, Kind kind, List<TraceContext> parents, Runnable work) {
        if (parents.isEmpty()) {
            work.run();
            return;
        }
        Spans spans = start(name, kind, parents);
        try (Spans.Scope scope = spans.enter()) {
            work.run();
        } catch (RuntimeException e) {
            spans.failed(e);
            throw e;
        } finally {
            spans.end();
        }
    }
}
