package io.quipu.collector.drive;

import io.quipu.collector.log.Backlog;
import io.quipu.collector.log.Cursor;
import io.quipu.collector.log.LogDocuments;
import io.quipu.collector.log.LogTimes;
import io.quipu.collector.log.StoredUsageLog;
import io.quipu.collector.log.Versioned;
import io.quipu.common.stage.BatchAnswer;
import io.quipu.common.stage.StageBrokenException;
import io.quipu.common.store.Write;
import io.quipu.common.usage.Rejection;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What the collector keeps of a driven batch: first its rejections, then the cursor. */
final class Commit {

    private final int partition;
    private final LogDocuments documents;
    private final LogTimes times;
    private final Backlog backlog;
    private final Clock clock;
    private final DriveMetrics metrics;

    Commit(int partition, StoredUsageLog log, DriveMetrics metrics) {
        this.partition = partition;
        this.documents = log.documents();
        this.times = log.times();
        this.backlog = log.backlog();
        this.clock = log.clock();
        this.metrics = metrics;
    }

    /**
     * Stores what a stage has rejected of the usages it was sent.
     *
     * @throws StageBrokenException when the answer does not belong to them
     */
    void rejections(List<DrivenUsage> sent, BatchAnswer answer) {
        long last = sent.get(sent.size() - 1).position();
        if (answer.committedTo() != last) {
            throw new StageBrokenException("the next stage was sent usage up to position " + last
                    + " and answered that it has committed up to " + answer.committedTo());
        }
        if (answer.rejected().isEmpty()) {
            return;
        }
        Map<Long, DrivenUsage> byPosition = sent.stream()
                .collect(Collectors.toMap(DrivenUsage::position, Function.identity()));
        Map<Long, Rejection> rejections = new TreeMap<>();
        for (Rejection rejection : answer.rejected()) {
            if (!byPosition.containsKey(rejection.position())) {
                throw new StageBrokenException("the next stage rejected position " + rejection.position()
                        + ", which it was not sent");
            }
            rejections.put(rejection.position(), rejection);
        }
        // The pages first: what is stored can be listed, whatever crashes in between.
        Map<String, List<Long>> organizations = new TreeMap<>();
        rejections.keySet().forEach(position -> organizations.computeIfAbsent(
                byPosition.get(position).usage().origin().organizationId(), id -> new ArrayList<>()).add(position));
        organizations.forEach(documents::linkRejected);
        List<Write.Insert> inserts = new ArrayList<>();
        rejections.forEach((position, rejection) -> {
            DrivenUsage usage = byPosition.get(position);
            inserts.add(LogDocuments.rejectedUsage(partition, rejection,
                    times.markExpiry(usage.usage().origin().end(), usage.acceptedAt())));
        });
        documents.insert(inserts);
    }

    /**
     * Moves the cursor behind the last of the usages, unless it is there or further. What it passes is counted: once, since it
     * passes every usage once.
     *
     * @param firsts those that are no duplicates
     * @param rejected those that were rejected
     */
    void advance(Versioned<Cursor> known, List<DrivenUsage> usages, List<DrivenUsage> firsts, List<Rejection> rejected) {
        DrivenUsage last = usages.get(usages.size() - 1);
        Cursor target = new Cursor(Cursor.VERSION, last.position(), last.sequence());
        Versioned<Cursor> cursor = known;
        while (cursor.document().position() < target.position()) {
            if (documents.replaceCursor(partition, cursor, target)) {
                backlog.cursor(partition, target.sequence());
                count(cursor.document().position(), usages, firsts, rejected);
                return;
            }
            cursor = documents.cursor(partition);
        }
    }

    private void count(long passed, List<DrivenUsage> usages, List<DrivenUsage> firsts, List<Rejection> rejected) {
        Set<Long> refused = new HashSet<>();
        for (Rejection rejection : rejected) {
            if (rejection.position() > passed && refused.add(rejection.position())) {
                metrics.rejected(rejection.code());
            }
        }
        long now = clock.millis();
        int settled = 0;
        int processed = 0;
        for (DrivenUsage first : firsts) {
            if (first.position() > passed) {
                settled++;
                if (!refused.contains(first.position())) {
                    processed++;
                    metrics.endToEnd(now - first.acceptedAt());
                }
            }
        }
        metrics.processed(processed);
        metrics.duplicates(usages.stream().filter(usage -> usage.position() > passed).count() - settled);
    }
}
