package io.quipu.collector.log;

import java.util.List;

/** How far the log is driven, whoever drives it. Each method may throw {@link io.quipu.common.store.StoreException}. */
public interface LogProgress {

    /** The cursors of partitions, in the same order. */
    List<Cursor> cursors(List<Integer> partitions);

    /** How many usages the logs of partitions hold by now, in the same order; {@link Cursor#sequence} counts them alike. */
    List<Long> lengths(List<Integer> partitions);

    /** Of the log that these documents are of. */
    static LogProgress of(LogDocuments documents) {
        return new LogProgress() {
            @Override
            public List<Cursor> cursors(List<Integer> partitions) {
                return documents.cursors(partitions).stream().map(Versioned::document).toList();
            }

            @Override
            public List<Long> lengths(List<Integer> partitions) {
                return partitions.stream().map(partition -> Tail.discover(documents, partition).sequence()).toList();
            }
        };
    }
}
