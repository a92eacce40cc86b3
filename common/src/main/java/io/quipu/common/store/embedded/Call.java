package io.quipu.common.store.embedded;

import io.quipu.common.store.Limits;
import io.quipu.common.store.Outcome;
import io.quipu.common.store.Write;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What waits for the writer thread. */
sealed interface Call {

    /** Tells the caller that its outcome is unknown. */
    void fail(RuntimeException failure);

    /**
     * The writes of one caller, within the limits.
     *
     * @param writes the writes
     * @param keys their keys in UTF-8, in the same order
     * @param contentLength bytes of content that they bring
     * @param outcomes answered once all that was written is durable
     */
    record Writes(List<Write> writes, List<byte[]> keys, long contentLength, CompletableFuture<List<Outcome>> outcomes) implements Call {

        static Writes of(List<Write> writes) {
            List<Write> copy = List.copyOf(writes);
            List<byte[]> keys = Limits.keysToWrite(copy);
            return new Writes(copy, keys, copy.stream().mapToLong(Limits::contentLength).sum(), new CompletableFuture<>());
        }

        @Override
        public void fail(RuntimeException failure) {
            outcomes.completeExceptionally(failure);
        }
    }

    /**
     * One pass of the purge.
     *
     * @param purged answered with the number of expired documents that were purged
     */
    record Purge(CompletableFuture<Integer> purged) implements Call {

        @Override
        public void fail(RuntimeException failure) {
            purged.completeExceptionally(failure);
        }
    }

    /** The last call: nothing comes after it. */
    record Stop() implements Call {

        @Override
        public void fail(RuntimeException failure) {
            // Nobody waits for an answer.
        }
    }
}
