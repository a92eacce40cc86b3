package io.quipu.collector.intake;

import io.quipu.collector.log.DedupMark;
import io.quipu.collector.log.LoggedUsage;
import io.quipu.collector.log.UsageLog;
import io.quipu.common.store.DocumentStore;
import io.quipu.common.time.Lateness;
import io.quipu.common.web.Problem;
import io.quipu.common.web.Violation;
import io.quipu.common.web.Violations;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Takes snapshots in: nothing of one that is not good as a whole. Each instance becomes an event of its own, in the order of the
 * list, and a complete snapshot ends with one more entry, in the partition of its organization or, when it is of all, in every
 * one. The same snapshot again changes nothing. Thread-safe.
 */
public final class SnapshotIntake {

    private final SnapshotReader reader = new SnapshotReader();
    private final TermsSource terms;
    private final UsageLog log;
    private final DocumentStore store;
    private final Lateness lateness;
    private final Clock clock;
    private final UsageIntake intake;
    private final LogAppends appends;

    /**
     * An intake.
     *
     * @param store holds the dedup marks
     * @param wait how a request waits until its usages are durable
     */
    public SnapshotIntake(TermsSource terms, UsageLog log, DocumentStore store, Lateness lateness, Clock clock,
            AppendWait wait) {
        this.terms = terms;
        this.log = log;
        this.store = store;
        this.lateness = lateness;
        this.clock = clock;
        this.intake = new UsageIntake(terms, log, store, lateness, clock, wait);
        this.appends = new LogAppends(log, wait);
    }

    /**
     * What was taken.
     *
     * @param header what the snapshot said
     * @param positions the last position of what it came to, or first came to, by partition
     */
    public record Taken(SnapshotHeader header, Map<Integer, Long> positions) {

        /** Copies the map. */
        public Taken {
            positions = Map.copyOf(positions);
        }
    }

    /**
     * Takes a snapshot in and waits until all of it is durable.
     *
     * @param results takes what was accepted or is a duplicate, some at a time, also when it ends with a problem later
     * @throws Problem when the snapshot is not good, and nothing was stored; when an instance conflicts with one of the same
     *     snapshot that was taken before, or the log refuses one now: then what came before it was taken, and nothing closed
     * @throws io.quipu.common.store.StoreException when terms or marks cannot be read now
     */
    public Taken take(SnapshotBody body, Consumer<List<UsageResult>> results) {
        SnapshotHeader header = judged(body);
        Map<Integer, Long> positions = new TreeMap<>();
        Chunk chunk = new Chunk(positions, results);
        reader.instances(body, header, new Violations(), chunk);
        chunk.append();
        if (header.complete()) {
            end(header, positions);
        }
        return new Taken(header, positions);
    }

    private SnapshotHeader judged(SnapshotBody body) {
        Violations violations = new Violations();
        SnapshotHeader header = reader.header(body, violations);
        SnapshotJudge judge = new SnapshotJudge(terms, lateness, clock.millis(), header);
        if (violations.isEmpty()) {
            judge.checkTime();
        }
        reader.instances(body, header, violations, (index, usage) -> !violations.isEmpty() || judge.instance(index, usage));
        violations.orThrow("The snapshot is not valid, nothing of it was taken");
        judge.orThrow();
        return header;
    }

    /** Instances on their way to the log, no more than an append of them at a time. */
    private final class Chunk implements SnapshotReader.Listed {

        private final Map<Integer, Long> positions;
        private final Consumer<List<UsageResult>> settled;
        private final List<Reading> readings = new ArrayList<>();
        private int begin;

        Chunk(Map<Integer, Long> positions, Consumer<List<UsageResult>> settled) {
            this.positions = positions;
            this.settled = settled;
        }

        @Override
        public boolean instance(int index, SubmittedUsage usage) {
            if (readings.size() == UsageReader.MAX_USAGES) {
                append();
            }
            readings.add(new Reading.Valid(usage));
            return true;
        }

        void append() {
            List<UsageResult> results = intake.submit(readings);
            settled.accept(results.stream().filter(result -> !(result instanceof UsageResult.Rejected)).toList());
            for (int i = 0; i < results.size(); i++) {
                UsageResult result = results.get(i);
                if (result instanceof UsageResult.Rejected rejected) {
                    throw stopped(rejected.problem(), "instances[" + (begin + i) + "]");
                }
                Place place = result instanceof UsageResult.Accepted accepted ? accepted.place()
                        : ((UsageResult.Duplicate) result).place();
                positions.merge(place.partition(), place.position(), Math::max);
            }
            begin += readings.size();
            readings.clear();
        }
    }

    private void end(SnapshotHeader header, Map<Integer, Long> positions) {
        Map<Integer, LoggedUsage> ends = ends(header);
        List<Integer> partitions = List.copyOf(ends.keySet());
        List<Optional<DedupMark>> marks = UsageIntake.marks(store,
                partitions.stream().map(partition -> DedupMark.key(ends.get(partition))).toList());
        Map<Integer, List<LoggedUsage>> missing = new TreeMap<>();
        for (int i = 0; i < partitions.size(); i++) {
            int partition = partitions.get(i);
            marks.get(i).ifPresentOrElse(mark -> positions.merge(partition, mark.position(), Math::max),
                    () -> missing.put(partition, List.of(ends.get(partition))));
        }
        appends.await(appends.begin(missing)).forEach((partition, outcome) ->
                positions.merge(partition, position(outcome, header), Math::max));
    }

    private Map<Integer, LoggedUsage> ends(SnapshotHeader header) {
        Map<Integer, LoggedUsage> ends = new TreeMap<>();
        if (header.organizationId() != null) {
            ends.put(log.partition(header.organizationId()), LoggedUsage.complete(header.organizationId(),
                    header.resourceId(), header.timestamp(), header.id()));
        } else {
            IntStream.range(0, log.partitions()).forEach(partition -> ends.put(partition, LoggedUsage.completeOfAll(partition,
                    header.resourceId(), header.timestamp(), header.id())));
        }
        return ends;
    }

    private long position(LogAppends.Outcome outcome, SnapshotHeader header) {
        if (outcome instanceof LogAppends.Outcome.Refused refused) {
            throw stopped(refused.problem(), "complete");
        }
        UsageLog.Appended appended = ((LogAppends.Outcome.Settled) outcome).appended().get(0);
        if (appended instanceof UsageLog.Appended.TooLate late) {
            throw stopped(UsageJudge.tooLate(header.event(), header.timestamp(), late.logTime(), lateness), "complete");
        }
        return ((UsageLog.Appended.Accepted) appended).position();
    }

    /** The problem of a snapshot that was taken in part. */
    private static Problem stopped(Problem problem, String field) {
        String detail = field + ": " + problem.getMessage() + "; instances that come before it have been taken,"
                + (field.equals("complete") ? " not all that the snapshot leaves out will be closed"
                        : " nothing that the snapshot leaves out was closed");
        Problem whole = problem.retryAfter()
                .map(after -> Problem.unavailable(problem.code(), detail + ": send the same snapshot again", after))
                .orElseGet(() -> Problem.of(problem.status(), problem.code(), detail))
                .with(List.of(new Violation(field, problem.code(), problem.getMessage())));
        for (Map.Entry<String, String> member : new HashMap<>(problem.members()).entrySet()) {
            whole = whole.with(member.getKey(), member.getValue());
        }
        return whole;
    }
}
