package io.quipu.collector.log;

import io.quipu.collector.log.UsageLog.Appended;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.wire.Json;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** One call of {@link UsageLog#append} on its way: its usages may come to stand in more than one segment. */
final class PendingAppend {

    /** Bytes of JSON that one usage may have, so that a segment of it alone fits the store. */
    static final int MAX_USAGE_BYTES = DocumentStore.MAX_CONTENT_LENGTH - SegmentContent.MAX_ENVELOPE_BYTES;

    private final CompletableFuture<List<Appended>> result = new CompletableFuture<>();
    private final Appended[] outcomes;
    private int open;

    private PendingAppend(int usages) {
        this.outcomes = new Appended[usages];
        this.open = usages;
    }

    /**
     * One usage that waits for its segment.
     *
     * @param append the call it came with
     * @param index its place in that call
     * @param usage the usage
     * @param json its JSON, made by the caller's thread rather than by the one appender of the partition
     */
    record Entry(PendingAppend append, int index, LoggedUsage usage, byte[] json) {

        void settle(Appended outcome) {
            append.settle(index, outcome);
        }
    }

    /** The entries of a call, all of them of the same {@code PendingAppend}. */
    static List<Entry> entries(List<LoggedUsage> usages) {
        PendingAppend append = new PendingAppend(usages.size());
        return IntStream.range(0, usages.size())
                .mapToObj(i -> new Entry(append, i, usages.get(i), json(usages.get(i))))
                .toList();
    }

    private static byte[] json(LoggedUsage usage) {
        byte[] json = Json.write(usage);
        if (json.length > MAX_USAGE_BYTES) {
            throw new IllegalArgumentException("a usage of " + json.length + " bytes of JSON is above the limit of "
                    + MAX_USAGE_BYTES);
        }
        return json;
    }

    CompletableFuture<List<Appended>> result() {
        return result;
    }

    /** Whether nobody waits any more: it failed, or was cancelled. */
    boolean over() {
        return result.isDone();
    }

    void fail(Throwable failure) {
        result.completeExceptionally(failure);
    }

    private void settle(int index, Appended outcome) {
        outcomes[index] = outcome;
        open--;
        if (open == 0) {
            result.complete(List.copyOf(Arrays.asList(outcomes)));
        }
    }
}
