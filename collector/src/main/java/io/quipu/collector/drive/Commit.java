package io.quipu.collector.drive;

import io.quipu.collector.log.Cursor;
import io.quipu.collector.log.CursorMove;
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

/** What the collector keeps of driven batches: first their rejections, then the cursors. Thread-safe. */
final class Commit {

    private final StoredUsageLog log;
    private final LogDocuments documents;
    private final LogTimes times;
    private final Clock clock;
    private final DriveMetrics metrics;

    Commit(StoredUsageLog log, DriveMetrics metrics) {
        this.log = log;
        this.documents = log.documents();
        this.times = log.times();
        this.clock = log.clock();
        this.metrics = metrics;
    }

    /**
     * Stores what a stage has rejected of the usages of a partition that it was sent.
     *
     * @throws StageBrokenException when the answer does not belong to them
     */
    void rejections(int partition, List<DrivenUsage> sent, BatchAnswer answer) {
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
        documents.linkRejected(organizations);
        List<Write.Insert> inserts = new ArrayList<>();
        rejections.forEach((position, rejection) -> {
            DrivenUsage usage = byPosition.get(position);
            inserts.add(LogDocuments.rejectedUsage(partition, rejection,
                    times.markExpiry(usage.usage().origin().end(), usage.acceptedAt())));
        });
        documents.insert(inserts);
    }

    /**
     * Moves the cursor of each partition behind the last of its usages, unless it is there or further. What it passes is
     * counted: once, since it passes every usage once.
     */
    void advance(List<Driver> drivers) {
        List<Driver> behind = drivers.stream()
                .filter(driver -> driver.cursor().document().position() < target(driver).position()).toList();
        if (behind.isEmpty()) {
            return;
        }
        List<Boolean> moved = documents.replaceCursors(behind.stream()
                .map(driver -> new CursorMove(driver.partition(), driver.cursor(), target(driver))).toList());
        List<Driver> overtaken = new ArrayList<>();
        for (int i = 0; i < behind.size(); i++) {
            Driver driver = behind.get(i);
            if (moved.get(i)) {
                passed(driver, driver.cursor());
            } else {
                overtaken.add(driver);
            }
        }
        // Afterwards, since it can fail, and what has moved is counted now or never.
        overtaken.forEach(this::advance);
    }

    /** Somebody else has moved the cursor: reads it again. */
    private void advance(Driver driver) {
        Versioned<Cursor> cursor = documents.cursor(driver.partition());
        while (cursor.document().position() < target(driver).position()) {
            if (documents.replaceCursors(List.of(new CursorMove(driver.partition(), cursor, target(driver)))).get(0)) {
                passed(driver, cursor);
                return;
            }
            cursor = documents.cursor(driver.partition());
        }
    }

    private static Cursor target(Driver driver) {
        DrivenUsage last = driver.usages().get(driver.usages().size() - 1);
        return new Cursor(Cursor.VERSION, last.position(), last.sequence());
    }

    private void passed(Driver driver, Versioned<Cursor> from) {
        log.driven(driver.partition(), target(driver));
        if (driver.completes()) {
            // no usage, so it counts as none
            return;
        }
        count(from.document().position(), driver.usages(), driver.firsts(), driver.rejected());
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
