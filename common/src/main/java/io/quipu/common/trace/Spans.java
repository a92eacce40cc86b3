package io.quipu.common.trace;

import java.util.List;

/** The same piece of work in each of the traces that it is done for. To be ended once, by any thread. */
public interface Spans {

    /** Of no trace. */
    Spans NONE = new Spans() {
        @Override
        public List<TraceContext> contexts() {
            return List.of();
        }

        @Override
        public void name(String name) {
        }

        @Override
        public void tag(String key, String value) {
        }

        @Override
        public void failed(Throwable failure) {
        }

        @Override
        public void end() {
        }

        @Override
        public Scope enter() {
            return () -> { };
        }
    };

    /** One context per trace. */
    List<TraceContext> contexts();

    /** Names them anew; few different names, and no id in one. */
    void name(String name);

    /** Notes something; no organization's, space's or consumer's id. */
    void tag(String key, String value);

    /** It failed. */
    void failed(Throwable failure);

    /** It is over. */
    void end();

    /** From now on this thread works for them, and says so in its log lines (the first one's ids). */
    Scope enter();

    /** Ends what {@link Spans#enter} has begun, in the same thread. */
    @FunctionalInterface
    interface Scope extends AutoCloseable {
        @Override
        void close();
    }
}
