package io.quipu.collector.log;

import java.time.Clock;
import java.util.concurrent.Executor;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * What the appenders of all partitions share.
 *
 * @param documents the log's documents
 * @param times what log time decides
 * @param clock the collector's clock
 * @param writers makes the ids of appends, unique for ever
 * @param executor runs rounds
 * @param backlog what is appended and not driven
 * @param recent what was appended and is not driven
 * @param marked up to when usage ended that may have a mark
 * @param metrics counts
 * @param appended told the partition whenever there may be something new to drive
 */
record LogContext(LogDocuments documents, LogTimes times, Clock clock, Supplier<String> writers, Executor executor,
        Backlog backlog, RecentSegments recent, MarkedEnds marked, LogMetrics metrics, IntConsumer appended) {
}
